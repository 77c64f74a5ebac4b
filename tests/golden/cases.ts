/** A recorded exam kind (head of each file). */
export interface GoldenKind {
  is_proctored: boolean;
  is_practice_exam: boolean;
  backend: string;
}

export type GoldenRow = Record<string, unknown>;

/** One recorded call to the surroundings. */
export type GoldenEffect = { do: string } & Record<string, unknown>;

/** The result of one operation, as recorded; absent = nothing. */
export interface GoldenResult {
  ok: boolean;
  http?: number;
  error?: { type: string; message?: string };
  detail?: string;
  changed?: Record<string, GoldenRow>;
  created?: Record<string, GoldenRow>;
  deleted?: string[];
  effects?: GoldenEffect[];
  archived?: Record<string, string[]>;
}

/** An exam of a cascade case, with the learner's attempt on it. */
export interface GoldenExam {
  exam: string;
  kind: string;
  attempt: string | null;
  is_active?: boolean;
  started_minutes_ago?: number;
  due_date?: string;
}

/** One callback, or a person's second look, of a case with several. */
export interface GoldenReviewStep extends GoldenResult {
  payload?: GoldenRow;
  external_id?: string;
  update_to?: string;
  staff_sets_review_status?: string;
  by?: string;
  reviews?: GoldenRow[];
  comments?: GoldenRow[];
  review_history_rows?: number;
}

/**
 * A recorded case; which inputs are present depends on file and family (docs/recorded-behaviour.md#files-and-families).
 */
export interface GoldenCase extends GoldenResult {
  family?: string;
  name?: string;
  variant?: string;
  kind?: string;
  from?: string;
  to?: string;
  status?: string | null;
  allow_timed_out_state?: boolean | 'unset';
  timeout_timestamp?: string | null;
  taking_as_proctored?: boolean;
  grade_override_enabled?: boolean;
  config?: { credit_state?: string };
  attributable_to?: string;
  raise_if_not_found?: boolean;
  older_status?: string;
  newer_status?: string;
  target?: 'older' | 'newer';
  before?: Record<string, GoldenRow>;
  exams?: GoldenExam[];
  update?: { exam: string; to: string };
  cascade_effects?: boolean;
  backend_answer?: boolean | 'raise';
  require_backend_removal?: boolean;
  via?: string;
  action?: string | null;
  user?: string | null;
  flags?: Partial<Record<'is_resumable' | 'ready_to_resume' | 'resumed', boolean>>;
  time_limit_mins?: number;
  additional_time_granted?: string | null;
  due_in_minutes?: number | null;
  provider_answer?: string;
  resuming?: boolean;
  steps?: GoldenReviewStep[];
  channel?: 'psi' | 'rest';
  attempt_status?: string | null;
  settings?: Record<string, boolean | 'unset'>;
  attempt_overrides?: { completed_at?: null; completed?: string; external_id?: string | null };
  prepare?: 'remove' | 'remove_and_retake' | 'make_timed' | 'deactivate_exam' | 'change_backend';
  removed_before?: boolean;
  payload?: GoldenRow;
  external_id?: string;
  reviews?: GoldenRow[];
  comments?: GoldenRow[];
  review_history_rows?: number;
}

export interface GoldenFile {
  now: string;
  kinds: Record<string, GoldenKind>;
  count: number;
  cases: GoldenCase[];
}
