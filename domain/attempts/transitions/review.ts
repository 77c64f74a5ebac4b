import type { Command } from '../commands';
import type { Decision, World } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import type { ReviewFacts, ReviewWrite } from '../reviews/facts';
import { faultOf } from '../reviews/faults';
import { statusAfterReview } from '../reviews/verdict';
import { changeStatus } from './change-status';
import { effectOf } from './entry';
import { refuse } from './refusals';

type Accepted = Extract<Decision, { kind: 'accepted' }>;

const NOTHING_KNOWN: ReviewFacts = { archived: null, existing: null, wasSubmittedOnce: false, reviewer: null };

/** A vendor's review. What it names as reviewer is stored, but believed only of a vendor that proved who it is (P4). */
export function review(world: World, { claim, ...command }: Extract<Command, { type: 'review' }>): Decision {
  const facts = world.review ?? NOTHING_KNOWN;
  const attempt = world.attempt ?? facts.archived;
  const isReviewed = facts.existing !== null;
  const fault = faultOf(claim, { attempt, isReviewed, isProctored: world.exam.isProctored }, world.rules);
  if (fault) return refuse(fault.code, fault.detail);
  const { verdict, comments, channel, rawData } = claim;
  if (attempt === null || verdict === undefined) return refuse('attempt-not-found', 'There is no such attempt.');
  const { provider, inboxId, trusted } = command;
  const person = trusted ? facts.reviewer : null;
  const content = { reviewStatus: verdict, videoUrl: claim.videoUrl ?? null, comments: comments ?? [] };
  const write = { ...content, provider, channel, reviewedBy: facts.reviewer, rawData, inboxId };
  return judged(world, attempt, { ...placeOf(world, attempt, facts), ...write }, person);
}

/** A person of ours has looked: the stored review gets the person's verdict, and the attempt what follows from it. */
export function setReview(world: World, command: Extract<Command, { type: 'setReview' }>): Decision {
  const facts = world.review ?? NOTHING_KNOWN;
  const attempt = world.attempt ?? facts.archived;
  const { existing } = facts;
  if (attempt === null || existing?.reviewId !== command.reviewId) {
    return refuse('review-not-found', 'The attempt has no such review.');
  }
  const { provider, channel, videoUrl, rawData } = existing;
  const content = { provider, channel, videoUrl, rawData, comments: [], inboxId: null };
  const write = { ...content, reviewStatus: command.reviewStatus, reviewedBy: command.requestedBy };
  return judged(world, attempt, { ...placeOf(world, attempt, facts), ...write }, command.requestedBy);
}

function placeOf(
  world: World,
  { id, code, examId, userId }: Attempt,
  { existing }: ReviewFacts,
): Pick<ReviewWrite, 'attempt' | 'replaces' | 'isAttemptArchived'> {
  const attempt = { id, code, examId, userId };
  return { attempt, replaces: existing?.reviewId ?? null, isAttemptArchived: world.attempt === null };
}

/** A review of a removed or reset attempt is kept, and that is all: neither status nor credit move. */
function judged(world: World, attempt: Attempt, write: ReviewWrite, person: string | null): Decision {
  const counts = world.attempt !== null && attempt.status !== 'onboarding_reset';
  const decision = counts ? changed(world, attempt, write, person) : nothingElse(attempt);
  if (decision.kind === 'refused' || decision.kind === 'ask') return decision;
  const accepted = decision.kind === 'accepted' ? decision : nothingElse(attempt);
  const effects = [...accepted.effects, ...supportNotification(world, attempt, write, person)];
  return { ...accepted, effects, review: write };
}

function changed(world: World, attempt: Attempt, write: ReviewWrite, person: string | null): Decision {
  const { exam, rules, review: facts } = world;
  const wasSubmitted =
    attempt.completedAt !== null || attempt.status === 'timed_out' || facts?.wasSubmittedOnce === true;
  const verdictFacts = { channel: write.channel, exam, wasSubmitted, byPerson: person !== null };
  const to = statusAfterReview(write.reviewStatus, verdictFacts, rules);
  return changeStatus(world, { to, cascade: true, requestedBy: person ?? undefined });
}

function nothingElse({ id: attemptId }: Attempt): Accepted {
  return { kind: 'accepted', attemptId, writes: [], archive: [], effects: [] };
}

/** What a machine finds suspicious, support hears of, whatever became of the attempt. */
function supportNotification(
  { rules, exam }: World,
  attempt: Attempt,
  { reviewStatus, inboxId }: ReviewWrite,
  person: string | null,
): EffectDraft[] {
  if (!rules.extendedEffects || reviewStatus !== 'Suspicious' || person !== null || inboxId === null) return [];
  const { examName } = exam;
  const { code: attemptCode, externalId } = attempt;
  const name = 'instructor.notify';
  return [effectOf(attempt, { name, attemptCode, externalId, examName, reviewStatus, inboxId })];
}
