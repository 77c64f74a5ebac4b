import type { DecisionContext } from '../decision';
import type { EffectAction, EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { creditStatusOf, mailFor, mayReport } from '../reporting';
import { awaitsReview } from '../statuses';
import { allowedMinutes } from '../time-allowed';
import { revise } from './accept';
import { onboardingCleanUp } from './onboarding-clean-up';
import { draftEffect, type Entry, type EntryOptions, type EntryResult } from './status-entry';

/** Enters a status, for a change that is known to be legal; queries the grades switch first where it matters. */
export function enterStatus(context: DecisionContext, before: Attempt, options: EntryOptions): EntryResult {
  const after = rowAfterEntry(context, before, options);
  const mustAsk = touchesGrades(context, before, after) && mayReport(context.exam, context.others, after.status);
  if (mustAsk && context.answers.gradeOverrideOnRejection === undefined)
    return { question: { kind: 'gradeOverrideOnRejection' } };
  return applyEntry(context, before, options);
}

/**
 * What entering a status does to the row and which effects it has, all questions answered. Effects come in the
 * recorded one (transitions.json, cascades.json).
 */
export function applyEntry(context: DecisionContext, before: Attempt, options: EntryOptions): Entry {
  const after = withReviewDue(context, before, rowAfterEntry(context, before, options));
  const isReported = mayReport(context.exam, context.others, after.status);
  const cleanUp = onboardingCleanUp(context, after);
  const toEffects = (actions: EffectAction[]): EffectDraft[] => actions.map((action) => draftEffect(after, action));
  return {
    before,
    after,
    archive: [...(before.status === after.status ? [] : [before]), ...cleanUp.cleared],
    effects: [
      ...toEffects(completionEffects(context, before, after)),
      ...toEffects(isReported ? reportEffects(context, before, after, options, cleanUp.cleared) : []),
      ...cleanUp.effects,
      ...toEffects(isReported ? mailEffects(after) : []),
      ...toEffects(providerEffects(context, before, after)),
    ],
    cleared: cleanUp.cleared,
  };
}

function rowAfterEntry(context: DecisionContext, before: Attempt, options: EntryOptions): Attempt {
  const { to, timeRemainingSeconds } = options;
  const saved = timeRemainingSeconds === undefined ? {} : { timeRemainingSeconds };
  return revise(context, before, { status: to, ...saved, ...changesOnEntry(context, before, options) });
}

function changesOnEntry(
  context: DecisionContext,
  before: Attempt,
  { to, timeoutAt, cascade = true }: EntryOptions,
): Partial<Attempt> {
  const { now, rules } = context;
  switch (to) {
    case 'started':
      return before.startedAt === null ? startChanges(context, before) : {};
    case 'submitted':
      return { completedAt: timeoutAt ?? now, ...(rules.extendedEffects ? { isResumable: false } : {}) };
    case 'error':
      return rules.extendedEffects && !isInResumption(before) ? { isResumable: true } : {};
    case 'declined':
      return cascade ? { takingAsProctored: false, externalId: null } : {};
    default:
      return {};
  }
}

function startChanges(context: DecisionContext, before: Attempt): Partial<Attempt> {
  if (!context.rules.timeFixedAtStart) return { startedAt: context.now };
  const allowedTimeLimitMins = allowedMinutes(context, before.timeRemainingSeconds, context.now);
  return { startedAt: context.now, allowedTimeLimitMins };
}

/** An attempt that is being resumed, or has been, is not resumed a second time (family two_attempts). */
function isInResumption({ readyToResume, resumed }: Attempt): boolean {
  return readyToResume || resumed;
}

function withReviewDue(context: DecisionContext, before: Attempt, after: Attempt): Attempt {
  if (!awaitsReview(after) || context.rules.reviewSlaMs === 0) return { ...after, reviewDueAt: null };
  if (before.status === after.status && before.reviewDueAt !== null) return after;
  return { ...after, reviewDueAt: new Date(context.now.getTime() + context.rules.reviewSlaMs) };
}

function completionEffects(context: DecisionContext, before: Attempt, after: Attempt): EffectAction[] {
  const first = after.status === 'submitted' && before.completedAt === null;
  return first && context.rules.extendedEffects ? [{ name: 'instructor.complete' }] : [];
}

function reportEffects(
  context: DecisionContext,
  before: Attempt,
  after: Attempt,
  options: EntryOptions,
  cleared: Attempt[],
): EffectAction[] {
  const credit = creditStatusOf(after.status, context.rules);
  const cascades = (options.cascade ?? true) && context.rules.cascadingStatuses.includes(after.status);
  const spare = cleared.map(({ examId }) => examId);
  return [
    ...(credit ? [{ name: 'credit.set', status: credit } as const] : []),
    ...(cascades ? [{ name: 'cascade', ...(spare.length > 0 ? { spare } : {}) } as const] : []),
    ...gradeEffects(context, before, after, options),
  ];
}

/** A rejection overrides the grade, going straight back to verified undoes that; the grades switch enables both. */
function touchesGrades({ rules }: DecisionContext, before: Attempt, after: Attempt): boolean {
  if (rules.gradeOverrideOnRejection === 'never') return false;
  return after.status === 'rejected' || (after.status === 'verified' && before.status === 'rejected');
}

function gradeEffects(
  context: DecisionContext,
  before: Attempt,
  after: Attempt,
  options: EntryOptions,
): EffectAction[] {
  if (!touchesGrades(context, before, after) || context.answers.gradeOverrideOnRejection !== true) return [];
  if (after.status === 'verified') return [{ name: 'grades.undoOverride' }];
  const title = context.exam.isProctored ? context.provider?.title : undefined;
  const comment = title === undefined ? 'Failed Proctoring' : `Failed ${title} proctoring`;
  const overrider = options.requestedBy === undefined ? {} : { overrider: options.requestedBy };
  return [
    { name: 'grades.override', earnedAll: 0, earnedGraded: 0, comment, ...overrider },
    { name: 'certificates.invalidate' },
  ];
}

function mailEffects(after: Attempt): EffectAction[] {
  const template = mailFor(after);
  return template ? [{ name: 'email', template }] : [];
}

/** Whatever its exam became; on a proctored exam also of attempts it never registered, without id: declined ones count too. */
function providerEffects(context: DecisionContext, before: Attempt, after: Attempt): EffectAction[] {
  const { exam, rules } = context;
  const { provider, externalId } = after;
  const isNotified = exam.isProctored || externalId !== null;
  if (!rules.extendedEffects || !isNotified || provider === null) return [];
  const call = { provider, externalId };
  if (after.status === 'submitted') return [{ name: 'provider.stop', ...call }];
  if (after.status === 'error') return [{ name: 'provider.error', ...call }];
  const starts = after.status === 'started' && before.startedAt === null;
  return starts ? [{ name: 'provider.start', ...call }] : [];
}
