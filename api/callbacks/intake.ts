import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type AttemptRef, attemptStartOptions } from '../../clients/attempt-start';
import { callbackCommand, providerReadySignal, reviewReceivedSignal } from '../../contracts/exam-attempt';
import type { LocatedAttempt } from '../../db/attempt-views';
import { receivePlainReview } from '../../db/plain-reviews';
import { type Callback, markDelivered, type Receipt, receiveCallback, type Reception } from '../../db/review-inbox';
import type { RuleSet } from '../../domain/rule-sets';
import { faultOf } from '../../domain/reviews/faults';
import type { ReviewClaim } from '../../domain/reviews/payload';
import { keyOf } from '../attempt-answer';
import type { ApiContext } from '../dependencies';
import { Pace } from './pace';
import { type About, audit, turnAway } from './turned-away';

/** A callback that got through the door, and the attempt it is about (if there is one). */
export interface Arrival {
  provider: string;
  located: LocatedAttempt | undefined;
  claim: ReviewClaim;
  trusted: boolean;
  body: unknown;
}

/** Stores callbacks and answers for them. What they mean is judged by the attempt's workflow, and again from the rows. */
export class Intake {
  private readonly pace = new Pace();

  constructor(private readonly context: ApiContext) {}

  /**
   * The usual case in one statement: a review without a fault, of a live attempt that is where the vendor says it is.
   * @returns false when it has to be looked at more closely: nothing was done then. @throws Refusal
   */
  async plainReview(request: FastifyRequest, arrival: Omit<Arrival, 'located'>, rules: RuleSet): Promise<boolean> {
    const { claim, provider, trusted, body } = arrival;
    const { attemptCode, externalId, channel } = claim;
    if (attemptCode === undefined || externalId === undefined) return false;
    const expected = { attempt: { code: attemptCode, externalId }, isReviewed: false, isProctored: true };
    if (faultOf(claim, expected, rules)) return false;
    const json = JSON.stringify(body);
    const review = {
      provider,
      channel,
      attemptCode,
      externalId,
      trusted,
      body: json,
      bodyHash: hashOf(provider, json),
    };
    const receipt = await receivePlainReview(this.context.knex, review, this.reception(!rules.allowReviewUpdates));
    if (!receipt) return false;
    this.tell('review', { ...receipt, provider }, receipt);
    await this.conclude(request, { provider, object: attemptCode }, receipt);
    return true;
  }

  /** @throws Refusal what is wrong with it, in the order of the rule set. */
  async review(request: FastifyRequest, arrival: Arrival, rules: RuleSet): Promise<void> {
    const { claim, located, provider, body } = arrival;
    const object = located?.view.attemptCode ?? claim.attemptCode ?? 'none';
    const about = { provider, object };
    const attempt = located ? { code: located.view.attemptCode, externalId: located.view.externalId } : null;
    const subject = { attempt, isReviewed: false, isProctored: located?.provider != null };
    const fault = faultOf(claim, subject, rules);
    if (fault || !located) {
      const unknown = { code: 'attempt-not-found', detail: 'There is no attempt of this code.' } as const;
      return turnAway(this.context, request, about, fault ?? unknown);
    }
    const bodyHash = hashOf(provider, JSON.stringify(body));
    const callback = { ...placeOf(arrival, located), kind: 'review', bodyHash } as const;
    const receipt = await this.store(callback, located, this.reception(!rules.allowReviewUpdates));
    return this.conclude(request, about, receipt);
  }

  /** Only what can still be opened has to be told; one such message at a time is enough. */
  async ready(arrival: Omit<Arrival, 'claim'>, channel: Callback['channel'], located: LocatedAttempt): Promise<void> {
    const { status } = located.view;
    if (status !== 'created' && status !== 'download_software_clicked') return;
    const claim = { channel, externalId: located.view.externalId ?? undefined };
    const callback = { ...placeOf({ ...arrival, claim }, located), kind: 'ready', bodyHash: 'ready' } as const;
    await this.store(callback, located, { ...this.reception(true), windowMs: 0 });
  }

  private reception(onlyOne: boolean): Reception {
    return { receivedAt: this.context.now(), windowMs: this.context.settings.duplicateWindowMs, onlyOne };
  }

  private async store(callback: Callback, { view, provider }: LocatedAttempt, reception: Reception): Promise<Receipt> {
    const receipt = await receiveCallback(this.context.knex, callback, reception);
    const { courseId, phase } = view;
    this.tell(callback.kind, { key: callback.key, courseId, provider, phase }, receipt);
    return receipt;
  }

  private async conclude(request: FastifyRequest, about: About, { isRepeat, inboxId }: Receipt): Promise<void> {
    if (isRepeat) return audit(this.context, request, 'callback.replayed', about);
    if (inboxId !== null) return;
    const detail = 'The attempt has a review, and updates are not allowed.';
    return turnAway(this.context, request, about, { code: 'review-already-exists', detail });
  }

  /** Fire and forget: the answer does not wait for Temporal, and what is not delivered here the relay delivers. */
  private tell(kind: Callback['kind'], { key, ...ref }: AttemptRef, { inboxId, waitsForOthers }: Receipt): void {
    if (inboxId === null || waitsForOthers || !this.pace.allows(this.context.now())) return;
    const { temporal, settings, knex } = this.context;
    const signal = kind === 'review' ? reviewReceivedSignal : providerReadySignal;
    const start = attemptStartOptions({ key, ...ref }, settings.timings);
    this.pace.begin();
    temporal
      .signalWithStart(key, signal, [callbackCommand(inboxId)], start)
      .then(() => markDelivered(knex, [inboxId]))
      .catch(() => undefined)
      .finally(() => this.pace.end());
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

function hashOf(provider: string, json: string): string {
  return createHash('sha256').update(`${provider}\n${json}`).digest('base64url');
}
