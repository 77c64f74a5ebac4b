import type { Decision, Registration, DecisionContext } from '../decision';
import type { NewAttempt } from '../model';
import { allowedMinutes } from '../time-allowed';
import { refuse } from './refuse';

/** A provider's registration, as far as the new row uses it. */
export type Registered = Exclude<Registration, { outcome: 'refused' }> | { outcome: 'notNeeded' };

/**
 * Whether a new attempt is allowed, and the provider's answer. The provider comes last: it is sent no attempt
 * that the other rules refuse (timing.json, families create_around_due and register_fails).
 */
export function checkRegistration(
  context: DecisionContext,
  newAttempt: NewAttempt,
  takingAsProctored: boolean,
  timeRemainingSeconds: number | null,
): Registered | Extract<Decision, { kind: 'ask' | 'refused' }> {
  if (!takingAsProctored) return { outcome: 'notNeeded' };
  const { exam, answers } = context;
  if (isPastDue(context)) return refuse('exam-past-due', 'The exam is past its due date.');
  const { effectiveProvider: provider } = exam;
  if (!exam.isProctored || provider === null) {
    return refuse('exam-not-proctored', 'The exam cannot be taken as a proctored one.');
  }
  if (answers.registration === undefined) {
    if (!context.newAttemptProvider.registers) {
      return refuse(
        'provider-not-configured',
        `The provider "${provider}" registers nobody: it is retired or not configured.`,
      );
    }
    const timeLimitMins = allowedMinutes(context, timeRemainingSeconds, context.now);
    const identity = { id: newAttempt.id, code: newAttempt.code };
    const question = { kind: 'registration', provider, newAttempt: identity, timeLimitMins } as const;
    return { kind: 'ask', question: { ...question, isSampleAttempt: exam.isPracticeExam } };
  }
  if (answers.registration.outcome === 'refused') return refuse('provider-refused', answers.registration.detail);
  return answers.registration;
}

/**
 * At the due instant the exam is closed already. A timed exam without a due date closes with its course (timing.json,
 * family course_end).
 */
export function isPastDue({
  exam,
  now,
  courseEndsAt = null,
}: Pick<DecisionContext, 'exam' | 'now' | 'courseEndsAt'>): boolean {
  const isTimed = !exam.isProctored && !exam.isPracticeExam;
  const closesAt = exam.dueDate ?? (isTimed ? courseEndsAt : null);
  return closesAt !== null && closesAt.getTime() <= now.getTime();
}
