import type { World } from '../decision';
import type { EffectAction, EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { creditStatusOf, mailFor, mayReport } from '../reporting';
import { awaitsReview } from '../statuses';
import { allowedMinutes } from '../time-allowed';
import { effectOf, revised, type Entry, type EntryOptions, type EntryResult } from './entry';
import { onboardingCleanUp } from './onboarding-clean-up';

/** Enters a status, for a change that is known to be legal; asks the grades service's switch first where it matters. */
export function enterStatus(world: World, before: Attempt, options: EntryOptions): EntryResult {
  const after = enteredRow(world, before, options);
  const asks = touchesGrades(world, before, after) && mayReport(world.exam, world.others, after.status);
  if (asks && world.answers.gradeOverrideOnRejection === undefined)
    return { ask: { kind: 'gradeOverrideOnRejection' } };
  return entryInto(world, before, options);
}

/**
 * What entering a status does to the row and to the world outside, all questions answered. The order of the effects is the
 * recorded one (transitions.json, cascades.json).
 */
export function entryInto(world: World, before: Attempt, options: EntryOptions): Entry {
  const after = withReviewDue(world, before, enteredRow(world, before, options));
  const reports = mayReport(world.exam, world.others, after.status);
  const cleanUp = onboardingCleanUp(world, after);
  const due = (actions: EffectAction[]): EffectDraft[] => actions.map((action) => effectOf(after, action));
  return {
    before,
    after,
    archive: [...(before.status === after.status ? [] : [before]), ...cleanUp.cleared],
    effects: [
      ...due(completion(world, before, after)),
      ...due(reports ? reported(world, before, after, options, cleanUp.cleared) : []),
      ...cleanUp.effects,
      ...due(reports ? mail(after) : []),
      ...due(providerCalls(world, before, after)),
    ],
    cleared: cleanUp.cleared,
  };
}

function enteredRow(world: World, before: Attempt, options: EntryOptions): Attempt {
  const { to, timeRemainingSeconds } = options;
  const saved = timeRemainingSeconds === undefined ? {} : { timeRemainingSeconds };
  return revised(world, before, { status: to, ...saved, ...changesOnEntry(world, before, options) });
}

function changesOnEntry(world: World, before: Attempt, options: EntryOptions): Partial<Attempt> {
  const { now, rules } = world;
  switch (options.to) {
    case 'started':
      return before.startedAt === null ? startOf(world, before) : {};
    case 'submitted':
      return { completedAt: options.timeoutAt ?? now, ...(rules.extendedEffects ? { isResumable: false } : {}) };
    case 'error':
      return rules.extendedEffects && !inResumption(before) ? { isResumable: true } : {};
    case 'declined':
      return options.cascade ? { takingAsProctored: false, externalId: null } : {};
    default:
      return {};
  }
}

function startOf(world: World, before: Attempt): Partial<Attempt> {
  if (!world.rules.timeFixedAtStart) return { startedAt: world.now };
  const allowedTimeLimitMins = allowedMinutes(world, before.timeRemainingSeconds, world.now);
  return { startedAt: world.now, allowedTimeLimitMins };
}

/** An attempt that is being resumed, or has been, is not resumed a second time (family two_attempts). */
function inResumption({ readyToResume, resumed }: Attempt): boolean {
  return readyToResume || resumed;
}

function withReviewDue(world: World, before: Attempt, after: Attempt): Attempt {
  if (!awaitsReview(after) || world.rules.reviewSlaMs === 0) return { ...after, reviewDueAt: null };
  if (before.status === after.status && before.reviewDueAt !== null) return after;
  return { ...after, reviewDueAt: new Date(world.now.getTime() + world.rules.reviewSlaMs) };
}

function completion(world: World, before: Attempt, after: Attempt): EffectAction[] {
  const first = after.status === 'submitted' && before.completedAt === null;
  return first && world.rules.extendedEffects ? [{ name: 'instructor.complete' }] : [];
}

function reported(
  world: World,
  before: Attempt,
  after: Attempt,
  options: EntryOptions,
  cleared: Attempt[],
): EffectAction[] {
  const credit = creditStatusOf(after.status, world.rules);
  const cascades = options.cascade && world.rules.cascadingStatuses.includes(after.status);
  const spare = cleared.map(({ examId }) => examId);
  return [
    ...(credit ? [{ name: 'credit.set', status: credit } as const] : []),
    ...(cascades ? [{ name: 'cascade', ...(spare.length > 0 ? { spare } : {}) } as const] : []),
    ...grades(world, before, after, options),
  ];
}

/** A rejection takes the grade, the direct step back from one returns it; the grades service's switch rules both. */
function touchesGrades({ rules }: World, before: Attempt, after: Attempt): boolean {
  if (rules.gradeOverrideOnRejection === 'never') return false;
  return after.status === 'rejected' || (after.status === 'verified' && before.status === 'rejected');
}

function grades(world: World, before: Attempt, after: Attempt, options: EntryOptions): EffectAction[] {
  if (!touchesGrades(world, before, after) || world.answers.gradeOverrideOnRejection !== true) return [];
  if (after.status === 'verified') return [{ name: 'grades.undoOverride' }];
  const title = world.exam.isProctored ? world.exam.provider?.title : undefined;
  const comment = title === undefined ? 'Failed Proctoring' : `Failed ${title} proctoring`;
  const overrider = options.requestedBy === undefined ? {} : { overrider: options.requestedBy };
  return [
    { name: 'grades.override', earnedAll: 0, earnedGraded: 0, comment, ...overrider },
    { name: 'certificates.invalidate' },
  ];
}

function mail(after: Attempt): EffectAction[] {
  const template = mailFor(after);
  return template ? [{ name: 'email', template }] : [];
}

/** The exam decides whether the provider is told, not the attempt: a declined one is told of as well, without id. */
function providerCalls(world: World, before: Attempt, after: Attempt): EffectAction[] {
  const { exam, rules } = world;
  if (!rules.extendedEffects || !exam.isProctored || exam.provider === null) return [];
  const call = { provider: exam.provider.name, externalId: after.externalId };
  if (after.status === 'submitted') return [{ name: 'provider.stop', ...call }];
  if (after.status === 'error') return [{ name: 'provider.error', ...call }];
  const starts = after.status === 'started' && before.startedAt === null;
  return starts ? [{ name: 'provider.start', ...call }] : [];
}
