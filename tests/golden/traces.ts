import type { GoldenEffect, GoldenKind, GoldenResult, GoldenRow } from './cases';

/**
 * An operation of a trace; which fields are present depends on `do` (docs/recorded-behaviour.md#operations-of-traces).
 */
export interface TraceOperation {
  do: string;
  user?: string;
  exam?: string;
  attempt?: string;
  about?: string;
  by?: string;
  to?: string;
  action?: unknown;
  taking_as_proctored?: boolean;
  attempt_proctored?: boolean;
  start_clock?: boolean;
  payload?: GoldenRow;
  external_id?: string;
  key?: string;
  value?: string;
  set?: GoldenRow;
  register?: string;
  remove?: boolean | 'raise';
  sequences?: Record<string, GoldenRow>;
  course?: GoldenRow;
  feature_enabled?: boolean;
}

/** A step with what it came to; `classic` publishes show the exams' tables as well. */
export interface TraceStep extends GoldenResult {
  at: string;
  op: TraceOperation;
  effects?: GoldenEffect[];
  exams?: Record<string, GoldenRow>;
  policies?: Record<string, GoldenRow>;
  policy_history_rows?: number;
}

/** What is there when a trace has ended. */
export interface TraceFinal {
  attempts: Record<string, GoldenRow>;
  history: Record<string, GoldenRow>;
  /** `classic`: the whole archive in order. */
  archive?: GoldenRow[];
  reviews: GoldenRow[];
  comments: number;
  /** `current` only: the specification keeps no former reviews. */
  review_history_rows?: number;
}

export interface TraceExam {
  kind: string;
  time_limit_mins: number;
  due_date: string | null;
}

export interface GoldenTrace {
  name: string;
  config: Record<string, boolean | string>;
  exams: Record<string, TraceExam>;
  steps: TraceStep[];
  final: TraceFinal;
}

export interface TraceFile {
  now: string;
  kinds: Record<string, GoldenKind>;
  /** Only the head of files recorded under the specification's rules has it. */
  status_classes?: unknown;
  cases: GoldenTrace[];
}

/** Traces are told from single cases by their shape: steps that say when and what, and a final state. */
export function isTraceFile(file: unknown): file is TraceFile {
  const first = (file as Partial<TraceFile> | null)?.cases?.[0] as Partial<GoldenTrace> | undefined;
  const step = first?.steps?.[0] as Partial<TraceStep> | undefined;
  return first?.final !== undefined && step?.op !== undefined && step.at !== undefined;
}
