import type { Knex } from 'knex';
import type { CommandRequest, ReviewRequest } from '../../contracts/attempts/commands';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { type ErrorCode, isErrorCode } from '../../contracts/errors';
import { requestOf } from '../../db/attempts/applied-commands';
import { findCallback, type StoredCallback } from '../../db/attempts/reviews/inbox';
import { findReviewDetails, reviewFacts } from '../../db/attempts/reviews/reviews';
import { requestOrigin } from '../../db/requests/idempotency';
import type { Command } from '../../domain/attempts/commands';
import type { ReviewFacts } from '../../domain/attempts/reviews/facts';
import { readRestReview, readSoftwareSecureReview, type ReviewPayload } from '../../domain/attempts/reviews/payload';

/** Such a command's content is in the inbox or the reviews' tables. */
export function isAboutReview(command: CommandRequest): command is ReviewRequest {
  return command.type === 'review' || command.type === 'providerReady' || command.type === 'setReview';
}

/** A command about a review with all its decision depends on. */
type ReviewInput =
  /** `provider`: who sent the callback. */
  { command: Command; review?: ReviewFacts; provider?: string } | { refused: { code: ErrorCode; detail: string } };

/** Reads what a signal or update names by id: the callback in the inbox, or the review a person changes. */
export async function readReviewInput(
  trx: Knex,
  { request, commandId, key }: { request: ReviewRequest; commandId: string; key: AttemptKey },
): Promise<ReviewInput> {
  if (request.type === 'setReview') return secondReviewInput(trx, request, commandId);
  const row = await findCallback(trx, request.inboxId);
  if (!row || !isFor(row, key)) return refused('bad-request', 'There is no such callback for this attempt.');
  if (row.state === 'refused') {
    return refused(isErrorCode(row.reason ?? '') ? (row.reason as ErrorCode) : 'bad-request', 'Refused before.');
  }
  const { provider, inboxId, trusted } = row;
  if (request.type === 'providerReady') return { command: { type: 'providerReady' }, provider };
  const reported = parseReview(row);
  const review = await reviewFacts(trx, { attemptCode: row.attemptCode, reviewedBy: reported.reviewedBy });
  return { command: { type: 'review', payload: reported, provider, inboxId, trusted }, review, provider };
}

async function secondReviewInput(
  trx: Knex,
  request: Extract<ReviewRequest, { type: 'setReview' }>,
  commandId: string,
): Promise<ReviewInput> {
  const storedReview = await findReviewDetails(trx, request.reviewId);
  if (!storedReview) return refused('review-not-found', 'There is no such review.');
  const review = await reviewFacts(trx, { attemptCode: storedReview.attemptCode, reviewedBy: null });
  const requestedBy = request.requestedBy ?? subjectOf(await requestOrigin(trx, requestOf(commandId)));
  return { command: { ...request, requestedBy }, review };
}

/** `issuer|subject` without the issuer: how the platform knows the person. */
function subjectOf({ actor }: { actor: string }): string {
  return actor.slice(actor.indexOf('|') + 1);
}

function parseReview({ channel, body, attemptCode, externalId }: StoredCallback): ReviewPayload {
  if (channel === 'software_secure') return readSoftwareSecureReview(body);
  return readRestReview(body, { attemptCode, externalId: externalId ?? '' });
}

function isFor({ key }: StoredCallback, { examId, userId, attemptNumber }: AttemptKey): boolean {
  return key.examId === examId && key.userId === userId && key.attemptNumber === attemptNumber;
}

function refused(code: ErrorCode, detail: string): ReviewInput {
  return { refused: { code, detail } };
}
