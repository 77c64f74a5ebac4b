import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { attemptStartOptions } from '../../clients/attempt-start';
import { callbackCommand, providerReadySignal, reviewReceivedSignal } from '../../contracts/exam-attempt';
import type { LocatedAttempt } from '../../db/attempt-views';
import { type Callback, markDelivered, receiveCallback } from '../../db/review-inbox';
import type { RuleSet } from '../../domain/rule-sets';
import { faultOf } from '../../domain/reviews/faults';
import type { ReviewClaim } from '../../domain/reviews/payload';
import { keyOf } from '../attempt-answer';
import type { ApiContext } from '../dependencies';
import { audit, turnAway } from './turned-away';

/** A callback that got through the door, and the attempt it is about (if there is one). */
export interface Arrival {
  provider: string;
  located: LocatedAttempt | undefined;
  claim: ReviewClaim;
  trusted: boolean;
  body: unknown;
}

/** Signals under way at once: when Temporal is slow or down, the rest is left to the relay. */
const MOST_SIGNALS = 50;

/** Stores callbacks and answers for them. What they mean is judged by the attempt's workflow, and again from the rows. */
export class Intake {
  private underWay = 0;

  constructor(private readonly context: ApiContext) {}

  /** @throws Refusal what is wrong with it, in the order of the rule set. */
  async review(request: FastifyRequest, arrival: Arrival, rules: RuleSet): Promise<void> {
    const { claim, located, provider } = arrival;
    const object = located?.view.attemptCode ?? claim.attemptCode ?? 'none';
    const about = { provider, object };
    const attempt = located ? { code: located.view.attemptCode, externalId: located.view.externalId } : null;
    const subject = { attempt, isReviewed: false, isProctored: located?.provider != null };
    const fault = faultOf(claim, subject, rules);
    if (fault || !located) {
      const unknown = { code: 'attempt-not-found', detail: 'There is no attempt of this code.' } as const;
      return turnAway(this.context, request, about, fault ?? unknown);
    }
    const callback = { ...placeOf(arrival, located), kind: 'review', bodyHash: hashOf(arrival) } as const;
    const onlyOne = !rules.allowReviewUpdates;
    const { isRepeat, inboxId } = await this.store(callback, located, { onlyOne });
    if (isRepeat) return audit(this.context, request, 'callback.replayed', about);
    if (inboxId !== null) return;
    const detail = 'The attempt has a review, and updates are not allowed.';
    return turnAway(this.context, request, about, { code: 'review-already-exists', detail });
  }

  /** Only what can still be opened has to be told; one such message at a time is enough. */
  async ready(arrival: Omit<Arrival, 'claim'>, channel: Callback['channel'], located: LocatedAttempt): Promise<void> {
    const { status } = located.view;
    if (status !== 'created' && status !== 'download_software_clicked') return;
    const claim = { channel, externalId: located.view.externalId ?? undefined };
    const callback = { ...placeOf({ ...arrival, claim }, located), kind: 'ready', bodyHash: 'ready' } as const;
    await this.store(callback, located, { onlyOne: true, windowMs: 0 });
  }

  private async store(
    callback: Callback,
    located: LocatedAttempt,
    { onlyOne, windowMs = this.context.settings.duplicateWindowMs }: { onlyOne: boolean; windowMs?: number },
  ): Promise<{ isRepeat: boolean; inboxId: string | null }> {
    const receivedAt = this.context.now();
    const receipt = await receiveCallback(this.context.knex, callback, { receivedAt, windowMs, onlyOne });
    if (receipt.inboxId !== null && !receipt.waitsForOthers) this.tell(callback, located, receipt.inboxId);
    return receipt;
  }

  /** Fire and forget: the answer does not wait for Temporal, and what is not delivered here the relay delivers. */
  private tell({ kind, key }: Callback, { view, provider }: LocatedAttempt, inboxId: string): void {
    if (this.underWay >= MOST_SIGNALS) return;
    this.underWay += 1;
    const { temporal, settings, knex } = this.context;
    const signal = kind === 'review' ? reviewReceivedSignal : providerReadySignal;
    const ref = { key, courseId: view.courseId, provider, phase: view.phase };
    temporal
      .signalWithStart(key, signal, [callbackCommand(inboxId)], attemptStartOptions(ref, settings.timings))
      .then(() => markDelivered(knex, [inboxId]))
      .catch(() => undefined)
      .finally(() => {
        this.underWay -= 1;
      });
  }
}

type Placed = Omit<Arrival, 'claim'> & { claim: Pick<ReviewClaim, 'channel' | 'externalId'> };

function placeOf(
  { provider, claim, trusted, body }: Placed,
  { view }: LocatedAttempt,
): Omit<Callback, 'kind' | 'bodyHash'> {
  const { attemptCode, attemptId } = view;
  const externalId = claim.externalId ?? null;
  return { provider, channel: claim.channel, attemptCode, attemptId, key: keyOf(view), externalId, trusted, body };
}

function hashOf({ provider, body }: Arrival): string {
  return createHash('sha256')
    .update(`${provider}\n${JSON.stringify(body)}`)
    .digest('base64url');
}
