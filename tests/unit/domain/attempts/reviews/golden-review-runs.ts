import type { Attempt, Exam } from '../../../../../domain/attempts/model';
import type { ReviewComment } from '../../../../../domain/attempts/reviews/payload';
import { resolveRules, type RuleOverrides } from '../../../../../domain/attempts/rule-overrides';
import type { RuleSet } from '../../../../../domain/attempts/rule-sets';
import { AttemptSimulator } from '../../../../golden/attempt-simulator';
import type { GoldenCase, GoldenFile, GoldenReviewStep, GoldenRow } from '../../../../golden/cases';
import { caseExam } from '../../../../golden/initial';
import { expectedOutcome, type CaseOutcome } from '../../../../golden/outcome';
import { ReviewTables } from '../../../../golden/review-tables';
import { goldenAttempt } from '../../../../golden/rows';

const RULES_OF_SETTINGS: Record<string, keyof RuleOverrides> = {
  ALLOW_CALLBACK_SIMULATION: 'allowCallbackSimulation',
  ALLOW_REVIEW_UPDATES: 'allowReviewUpdates',
  REQUIRE_FAILURE_SECOND_REVIEWS: 'secondReviewForFailures',
  ALLOW_TIMED_OUT_STATE: 'allowTimedOutState',
};

/** Who may post REST reviews: the recorded authentication, which is not part of the domain. */
const REST_REVIEWERS = new Set<unknown>([undefined, 'reviewer', 'staff']);

/** The rules a case about reviews was recorded under: those of its system, with the settings that were set. */
export function rulesOfReview(one: GoldenCase): RuleSet {
  const set = Object.entries(one.settings ?? {}).filter(([, value]) => value !== 'unset');
  const overrides = Object.fromEntries(set.map(([name, value]) => [RULES_OF_SETTINGS[name], value])) as RuleOverrides;
  return resolveRules(one.variant === undefined ? 'current' : 'classic', overrides);
}

/** The outcome of each step with the tables of reviews after it, as far as the recording shows them. */
export interface ReviewOutcome extends CaseOutcome {
  reviews?: unknown;
  comments?: unknown;
  historyRows?: unknown;
}

export function runReviewCase(file: GoldenFile, one: GoldenCase): ReviewOutcome[] {
  const { tables } = scene(file, one);
  const channel = one.channel ?? (one.kind === 'onboarding' || one.kind === 'proctored_rest' ? 'rest' : 'psi');
  return stepsOf(one).map((step) => {
    const mayPost = channel === 'psi' || REST_REVIEWERS.has(one.user);
    const { code: _, ...outcome } = mayPost ? tables.take(channel, step) : refused();
    return { ...outcome, ...observedTables(one, step, tables) };
  });
}

export function expectedSteps(one: GoldenCase): ReviewOutcome[] {
  return stepsOf(one).map((step) => ({ ...expectedOutcome(step), ...recordedTables(one, step) }));
}

/** Readiness callbacks: nothing but the attempt's status. */
export function runReady(file: GoldenFile, one: GoldenCase): ReviewOutcome[] {
  const { simulator } = scene(file, one);
  const known = one.attempt_status !== null && one.attempt_status !== undefined && one.user !== null;
  const { code: _, ...outcome } = simulator.run(1, known ? 'a1' : null, () => ({ type: 'providerReady' }));
  return [outcome];
}

interface Scene {
  simulator: AttemptSimulator;
  tables: ReviewTables;
}

function scene(file: GoldenFile, one: GoldenCase): Scene {
  const now = new Date(file.now);
  const recorded = caseExam(file, one);
  const attempt = goldenAttempt('a1', recorded, one.attempt_status ?? 'created', now, forced(one));
  const simulator = new AttemptSimulator([prepared(recorded, one)], [attempt], { now, rules: rulesOfReview(one) });
  if (one.prepare?.startsWith('remove') || one.removed_before) simulator.run(1, 'a1', () => ({ type: 'remove' }));
  if (one.prepare === 'remove_and_retake') {
    simulator.run(1, null, (newAttempt) => ({ type: 'create', newAttempt, takingAsProctored: true, start: true }));
  }
  return { simulator, tables: new ReviewTables(simulator, attempt) };
}

/** Fields of the attempt that a case sets itself. */
export function forced({ attempt_overrides: overrides = {} }: GoldenCase): Partial<Attempt> {
  const { completed_at: never, completed, external_id: externalId } = overrides;
  return {
    ...(never === null ? { completedAt: null } : {}),
    ...(completed === undefined ? {} : { completedAt: new Date(completed) }),
    ...(externalId === undefined ? {} : { externalId }),
  };
}

function prepared(exam: Exam, { prepare }: GoldenCase): Exam {
  if (prepare === 'make_timed') return { ...exam, isProctored: false, effectiveProvider: null };
  if (prepare === 'deactivate_exam') return { ...exam, isActive: false };
  return prepare === 'change_backend' ? { ...exam, effectiveProvider: 'rest' } : exam;
}

function stepsOf(one: GoldenCase): GoldenReviewStep[] {
  return one.steps ?? [one];
}

function refused(): CaseOutcome & { code?: string } {
  return { ok: false, changed: {}, created: {}, deleted: [], effects: [], archived: {} };
}

function observedTables(one: GoldenCase, step: GoldenReviewStep, tables: ReviewTables): Partial<ReviewOutcome> {
  const isSeed = one.variant !== undefined;
  return {
    ...(step.reviews ? { reviews: observedReviews(tables, isSeed, step.reviews[0]?.['raw_data'] !== undefined) } : {}),
    ...(step.comments ? { comments: tables.comments.map(observedComment) } : {}),
    ...(step.review_history_rows === undefined ? {} : { historyRows: tables.historyRows }),
    ...(isSeed && step.reviews ? { comments: tables.comments.length } : {}),
  };
}

function observedReviews({ current }: ReviewTables, isSeed: boolean, withRaw: boolean): object[] {
  if (current === null) return [];
  const { reviewStatus: status, videoUrl, reviewedBy, rawData: raw } = current;
  const row = { status, video: videoUrl !== null };
  return [isSeed ? row : { ...row, reviewedBy, ...(withRaw ? { raw } : {}) }];
}

function observedComment({ startTime, stopTime, ...rest }: ReviewComment): object {
  return { start_time: startTime, stop_time: stopTime, ...rest };
}

function recordedTables(one: GoldenCase, step: GoldenReviewStep): Partial<ReviewOutcome> {
  const isSeed = one.variant !== undefined;
  return {
    ...(step.reviews ? { reviews: step.reviews.map((row) => recordedReview(row, isSeed)) } : {}),
    ...(step.comments ? { comments: step.comments } : {}),
    ...(step.review_history_rows === undefined ? {} : { historyRows: step.review_history_rows }),
    ...(isSeed && step.reviews ? { comments: step.reviews[0]?.['comments'] ?? 0 } : {}),
  };
}

function recordedReview(row: GoldenRow, isSeed: boolean): object {
  const status = row['review_status'];
  if (isSeed) return { status, video: typeof row['video_url'] === 'string' };
  const raw = row['raw_data'] === undefined ? {} : { raw: row['raw_data'] };
  return { status, video: row['encrypted_video_url'] !== null, reviewedBy: row['reviewed_by'], ...raw };
}
