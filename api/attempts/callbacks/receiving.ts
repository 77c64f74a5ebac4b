import type { FastifyReply } from 'fastify';
import { responses } from '../../../contracts/http/common';
import { CallbackAnswer } from '../../../contracts/http/reviews';
import type { LocatedAttempt } from '../../../db/attempts/find';
import type { ReviewProtocol } from '../../../domain/attempts/reviews/payload';
import type { RouteOptions } from '../../context';
import type { CallbackInbox, ReceiveOutcome, VendorCallback } from './inbox';
import { CallbackRefusal } from './refusal';
import type { CallbackTrail } from './trail';

export type CallbackOptions = RouteOptions & { inbox: CallbackInbox; trail: CallbackTrail };

export const CALLBACK_TAGS = ['callbacks'];
/** A review of a long exam has many comments. */
export const CALLBACK_BODY_LIMIT = 1024 * 1024;
export const CALLBACK_RESPONSE = responses({ 202: CallbackAnswer });
/** Of a review: the verdict counts, whatever characters a reviewer's note has. */
export const STRANGE_TEXT_COUNTS = { strangeTextCounts: true } as const;

export function readyOf(
  from: Pick<VendorCallback, 'provider' | 'trusted' | 'body'>,
  protocol: ReviewProtocol,
  located: LocatedAttempt,
): VendorCallback {
  const { attemptCode, externalId } = located.view;
  return { kind: 'ready', ...from, payload: { protocol, attemptCode, externalId: externalId ?? undefined }, located };
}

/** @throws CallbackRefusal with the first fault, in the order of the rule set. */
export function assertReceived(outcome: ReceiveOutcome): void {
  if (typeof outcome === 'object') throw new CallbackRefusal(outcome.refused.code, outcome.refused.detail);
}

export function unknownAttempt(): CallbackRefusal {
  return new CallbackRefusal('attempt-not-found', 'There is no such attempt.');
}

export function answerReceived(reply: FastifyReply, attemptCode: string): { attemptCode: string; state: 'received' } {
  void reply.code(202).header('location', `/v1/attempts/${encodeURIComponent(attemptCode)}/reviews`);
  return { attemptCode, state: 'received' };
}
