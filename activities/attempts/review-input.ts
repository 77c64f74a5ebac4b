import type { Knex } from 'knex';
import type { ReviewRequest } from '../../contracts/attempts/activities';
import { type ErrorCode, isErrorCode } from '../../contracts/errors';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { findCallback, type InboxRow } from '../../db/attempts/reviews/inbox';
import { findShownReview, reviewFacts } from '../../db/attempts/reviews/reviews';
import type { Command } from '../../domain/attempts/commands';
import type { ReviewFacts } from '../../domain/attempts/reviews/facts';
import { readRestReview, readSoftwareSecureReview, type ReviewClaim } from '../../domain/attempts/reviews/payload';

/** A command about a review with all it is judged by. */
export type ReviewInput = { command: Command; review?: ReviewFacts } | { refused: { code: ErrorCode; detail: string } };

/** Reads what a signal or update only names: the callback in the inbox, or the review a person has looked at. */
export async function reviewInput(trx: Knex, request: ReviewRequest, key: AttemptKey): Promise<ReviewInput> {
  if (request.type === 'setReview') return secondLook(trx, request);
  const row = await findCallback(trx, request.inboxId);
  if (!row || !isFor(row, key)) return refused('bad-request', 'There is no such callback for this attempt.');
  if (row.state === 'refused') {
    return refused(isErrorCode(row.reason ?? '') ? (row.reason as ErrorCode) : 'bad-request', 'Refused before.');
  }
  if (request.type === 'providerReady') return { command: { type: 'providerReady' } };
  const claim = claimOf(row);
  const { provider, inboxId, trusted } = row;
  const review = await reviewFacts(trx, { attemptCode: row.attemptCode, reviewedBy: claim.reviewedBy });
  return { command: { type: 'review', claim, provider, inboxId, trusted }, review };
}

async function secondLook(trx: Knex, request: Extract<ReviewRequest, { type: 'setReview' }>): Promise<ReviewInput> {
  const shown = await findShownReview(trx, request.reviewId);
  if (!shown) return refused('review-not-found', 'There is no such review.');
  const review = await reviewFacts(trx, { attemptCode: shown.attemptCode, reviewedBy: null });
  return { command: request, review };
}

function claimOf({ channel, body, attemptCode, externalId }: InboxRow): ReviewClaim {
  if (channel === 'software_secure') return readSoftwareSecureReview(body);
  return readRestReview(body, { attemptCode, externalId: externalId ?? '' });
}

function isFor({ key }: InboxRow, { examId, userId, attemptNumber }: AttemptKey): boolean {
  return key.examId === examId && key.userId === userId && key.attemptNumber === attemptNumber;
}

function refused(code: ErrorCode, detail: string): ReviewInput {
  return { refused: { code, detail } };
}
