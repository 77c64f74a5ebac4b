import type { InJson } from '../../contracts/in-json';
import { DUE_DATE_OVERRIDE } from '../../domain/attempts/allowances';
import type { Attempt, AttemptedExam } from '../../domain/attempts/model';

/** The columns of an attempt that the rules use. */
export const ATTEMPT_FIELDS = [
  ...(['id', 'code', 'number', 'examId', 'userId', 'status', 'takingAsProctored', 'isSampleAttempt'] as const),
  ...(['externalId', 'provider', 'allowedTimeLimitMins', 'startedAt', 'completedAt', 'timeRemainingSeconds'] as const),
  ...(['isResumable', 'readyToResume', 'resumed', 'isCurrent', 'reviewDueAt', 'version'] as const),
  ...(['createdAt', 'modifiedAt'] as const),
] satisfies readonly (keyof Attempt)[];

const DATE_FIELDS = ['startedAt', 'completedAt', 'reviewDueAt', 'createdAt', 'modifiedAt'] as const;

/** SQL for one attempt as a JSON object with the domain's field names. */
export function attemptJson(alias: string): string {
  const pairs = ATTEMPT_FIELDS.map((field) => `'${field}', ${alias}.${columnOf(field)}`);
  return `jsonb_build_object(${pairs.join(', ')})`;
}

/** SQL for one exam; without a provider of its own it has the course's. */
export function examJson(exam: string, course: string): string {
  return `jsonb_build_object('id', ${exam}.id, 'courseId', ${exam}.course_id, 'contentId', ${exam}.content_id,
    'examName', ${exam}.exam_name, 'timeLimitMins', ${exam}.time_limit_mins, 'dueDate', ${exam}.due_date,
    'isProctored', ${exam}.is_proctored, 'isPracticeExam', ${exam}.is_practice_exam, 'isActive', ${exam}.is_active,
    'isOnboardingExam', ${exam}.is_onboarding_exam, 'hideAfterDue', ${exam}.hide_after_due,
    'effectiveProvider', ${effectiveProviderSql(exam, course)})`;
}

/** SQL for what replaces an exam's due date for one learner: an allowance of the learner's own. */
export function ownDueDateJson(exam: string, userId: string): string {
  return `coalesce((select jsonb_build_object('dueDate', od.value) from allowances od where od.exam_id = ${exam}.id
    and od.user_id = ${userId} and od.key = '${DUE_DATE_OVERRIDE}'), '{}')`;
}

/** The provider of an exam: its own, else the course's; none when the exam is not proctored. */
export function effectiveProviderSql(exam: string, course: string): string {
  return `case when ${exam}.is_proctored then coalesce(${exam}.provider, ${course}.proctoring_provider) end`;
}

/**
 * The provider that counts for an attempt (`attempts` or `attempt_archive`): the one it belongs to, where that one registered it
 * or its exam is proctored. Of a timed attempt the provider lends the rules only.
 */
export function attemptProviderSql(attempt: string, exam: string): string {
  return `case when ${exam}.is_proctored or ${attempt}.external_id is not null then ${attempt}.provider end`;
}

export function attemptFromJson(json: InJson<Attempt>): Attempt {
  const dates = DATE_FIELDS.map((field) => [field, dateOf(json[field])]);
  return { ...json, ...(Object.fromEntries(dates) as Pick<Attempt, (typeof DATE_FIELDS)[number]>) };
}

export function examFromJson(json: InJson<AttemptedExam>): AttemptedExam {
  return { ...json, dueDate: dateOf(json.dueDate) };
}

export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** `takingAsProctored` → `taking_as_proctored`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
