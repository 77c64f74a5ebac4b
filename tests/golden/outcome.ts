import type { Attempt } from '../../domain/attempts/model';
import type { GoldenEffect, GoldenResult, GoldenRow } from './cases';
import { iso } from './instants';
import { examLabel } from './rows';

/** A result reduced to what must agree: both the recorded and the observed one are brought to this form and compared. */
export interface CaseOutcome {
  ok: boolean;
  changed: Record<string, GoldenRow>;
  created: Record<string, GoldenRow>;
  deleted: string[];
  effects: GoldenEffect[];
  archived: Record<string, string[]>;
}

/** Fields of recorded effects that are content, not occurrence; tests of mail and providers look at them. */
const CONTENT = ['to', 'subject', 'from_email', 'namespace', 'course_name', 'full_name', 'email', 'template'];
const REGISTRATION_TEXTS = ['review_policy', 'review_policy_exception'];
const UNKNOWN_FIELDS = ['has_review_policy', 'is_status_acknowledged'];

/** The recorded result in comparable form. `silent` effects of this kind are not compared (none by default). */
export function expectedOutcome(result: GoldenResult): CaseOutcome {
  const strip = (rows: Record<string, GoldenRow> = {}): Record<string, GoldenRow> =>
    Object.fromEntries(
      Object.entries(rows)
        .map(([name, row]): [string, GoldenRow] => [name, without(row, UNKNOWN_FIELDS)])
        .filter(([, row]) => Object.keys(row).length > 0),
    );
  return {
    ok: result.ok,
    changed: strip(result.changed),
    created: strip(result.created),
    deleted: [...(result.deleted ?? [])].sort(),
    effects: registrationFirst((result.effects ?? []).map(comparableEffect)),
    archived: result.archived ?? {},
  };
}

function comparableEffect(effect: GoldenEffect): GoldenEffect {
  const kept = without(effect, [...CONTENT, ...REGISTRATION_TEXTS]) as GoldenEffect;
  const onAttempt = effect.do.startsWith('backend.') && effect.do !== 'backend.register';
  if (effect.do !== 'email') return onAttempt ? { external_id: null, ...kept } : kept;
  return { do: 'email', status: effect['status'] ?? mailStatus(String(effect['template'])) };
}

function mailStatus(template: string): string {
  if (template.includes('unsatisfactory')) return 'rejected';
  return template.includes('satisfactory') ? 'verified' : 'submitted';
}

/** Questions come before the decision, so a registration may come earlier than recorded; the rest keeps its order. */
export function registrationFirst(effects: GoldenEffect[]): GoldenEffect[] {
  const isRegistration = (effect: GoldenEffect): boolean => effect.do === 'backend.register';
  return [...effects.filter(isRegistration), ...effects.filter((effect) => !isRegistration(effect))];
}

function without(row: GoldenRow, fields: string[]): GoldenRow {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));
}

/** A row in the recordings' words. */
export function rowView(attempt: Attempt): GoldenRow {
  return {
    user: attempt.userId,
    exam: examLabel(attempt.examId),
    status: attempt.status,
    attempt_code: attempt.code,
    taking_as_proctored: attempt.takingAsProctored,
    is_sample_attempt: attempt.isSampleAttempt,
    external_id: attempt.externalId,
    started_at: iso(attempt.startedAt),
    completed_at: iso(attempt.completedAt),
    allowed_time_limit_mins: attempt.allowedTimeLimitMins,
    time_remaining_seconds: attempt.timeRemainingSeconds,
    is_resumable: attempt.isResumable,
    ready_to_resume: attempt.readyToResume,
    resumed: attempt.resumed,
  };
}

const ALWAYS_SHOWN = new Set(['taking_as_proctored', 'is_sample_attempt']);

/** A created row: fields at their default are left out, as recorded. */
export function createdView(attempt: Attempt): GoldenRow {
  const fields = Object.entries(rowView(attempt));
  return Object.fromEntries(
    fields.filter(([field, value]) => ALWAYS_SHOWN.has(field) || (value !== null && value !== false)),
  );
}

/** Only what differs, as recorded. */
export function changedView(before: Attempt, after: Attempt): GoldenRow {
  const old = rowView(before);
  return Object.fromEntries(Object.entries(rowView(after)).filter(([field, value]) => old[field] !== value));
}
