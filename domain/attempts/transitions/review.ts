import type { Command } from '../commands';
import type { Decision, DecisionContext } from '../decision';
import type { EffectDraft } from '../effects';
import type { Attempt } from '../model';
import { findReviewFault } from '../reviews/checks';
import type { ReviewFacts, ReviewWrite } from '../reviews/facts';
import { statusAfterReview } from '../reviews/verdict';
import { accept } from './accept';
import { changeStatus } from './change-status';
import { refuse } from './refuse';
import { draftEffect } from './status-entry';

const NO_FACTS: ReviewFacts = { archived: null, existing: null, wasSubmittedOnce: false, reviewer: null };

/** A vendor's review. The reviewer it names is stored, but trusted only if the vendor was authenticated (P4). */
export function review(
  context: DecisionContext,
  { payload, ...command }: Extract<Command, { type: 'review' }>,
): Decision {
  const facts = context.review ?? NO_FACTS;
  const attempt = context.attempt ?? facts.archived;
  const isReviewed = facts.existing !== null;
  const fault = findReviewFault(payload, { attempt, isReviewed, isProctored: context.exam.isProctored }, context.rules);
  if (fault) return refuse(fault.code, fault.detail);
  const { verdict, comments, protocol, rawData } = payload;
  if (attempt === null || verdict === undefined) return refuse('attempt-not-found', 'There is no such attempt.');
  const { provider, inboxId, trusted } = command;
  const person = trusted ? facts.reviewer : null;
  const content = { reviewStatus: verdict, videoUrl: payload.videoUrl ?? null, comments: comments ?? [] };
  const write = { ...content, provider, channel: protocol, reviewedBy: facts.reviewer, rawData, inboxId };
  return decideReview(context, attempt, { ...reviewTarget(context, attempt, facts), ...write }, person);
}

/** A second review by a person: the stored review gets the verdict, the attempt the resulting status. */
export function setReview(context: DecisionContext, command: Extract<Command, { type: 'setReview' }>): Decision {
  const facts = context.review ?? NO_FACTS;
  const attempt = context.attempt ?? facts.archived;
  const { existing } = facts;
  if (attempt === null || existing?.reviewId !== command.reviewId) {
    return refuse('review-not-found', 'The attempt has no such review.');
  }
  const { provider, channel, videoUrl, rawData } = existing;
  const content = { provider, channel, videoUrl, rawData, comments: [], inboxId: null };
  const write = { ...content, reviewStatus: command.reviewStatus, reviewedBy: command.requestedBy };
  return decideReview(context, attempt, { ...reviewTarget(context, attempt, facts), ...write }, command.requestedBy);
}

function reviewTarget(
  context: DecisionContext,
  { id, code, examId, userId }: Attempt,
  { existing }: ReviewFacts,
): Pick<ReviewWrite, 'attempt' | 'replaces' | 'isAttemptArchived'> {
  const attempt = { id, code, examId, userId };
  return { attempt, replaces: existing?.reviewId ?? null, isAttemptArchived: context.attempt === null };
}

/** A review of a removed or reset attempt is only stored: neither status nor credit change. */
function decideReview(context: DecisionContext, attempt: Attempt, write: ReviewWrite, person: string | null): Decision {
  const isLive = context.attempt !== null && attempt.status !== 'onboarding_reset';
  const decision = isLive ? changeStatusByReview(context, attempt, write, person) : accept(attempt.id);
  if (decision.kind === 'refused' || decision.kind === 'ask') return decision;
  const accepted = decision.kind === 'accepted' ? decision : accept(attempt.id);
  const effects = [...accepted.effects, ...supportNotification(context, attempt, write, person)];
  return { ...accepted, effects, review: write };
}

function changeStatusByReview(
  context: DecisionContext,
  attempt: Attempt,
  write: ReviewWrite,
  person: string | null,
): Decision {
  const { exam, provider, rules, review: facts } = context;
  const wasSubmitted =
    attempt.completedAt !== null || attempt.status === 'timed_out' || facts?.wasSubmittedOnce === true;
  const verdictFacts = { protocol: write.channel, exam, provider, wasSubmitted, byPerson: person !== null };
  const to = statusAfterReview(write.reviewStatus, verdictFacts, rules);
  return changeStatus(context, { to, requestedBy: person ?? undefined });
}

/** Support is notified of a suspicious review, whatever became of the attempt. */
function supportNotification(
  { rules, exam }: DecisionContext,
  attempt: Attempt,
  { reviewStatus, inboxId }: ReviewWrite,
  person: string | null,
): EffectDraft[] {
  if (!rules.extendedEffects || reviewStatus !== 'Suspicious' || person !== null || inboxId === null) return [];
  const { examName } = exam;
  const { code: attemptCode, externalId } = attempt;
  const name = 'instructor.notify';
  return [draftEffect(attempt, { name, attemptCode, externalId, examName, reviewStatus, inboxId })];
}
