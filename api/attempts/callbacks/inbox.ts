import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { attemptStartOptions } from '../../../clients/temporal/attempt-start';
import { callbackCommand, providerReadySignal, reviewReceivedSignal } from '../../../contracts/attempts/messages';
import { type AttemptPlace, findPlace } from '../../../db/attempts/refs';
import type { LocatedAttempt } from '../../../db/attempts/views';
import {
  type Callback,
  type Incoming,
  markDelivered,
  type Receipt,
  receiveCallbacks,
  type Received,
  type Reception,
} from '../../../db/attempts/reviews/inbox';
import type { RuleSet } from '../../../domain/attempts/rule-sets';
import { faultOf } from '../../../domain/attempts/reviews/faults';
import type { ReviewClaim } from '../../../domain/attempts/reviews/payload';
import { keyOf } from '../answer';
import type { ApiContext } from '../../context';
import { isDatabaseUnavailable } from '../../http/database-failure';
import { Batches } from './batches';
import { keptBody } from './stored-body';
import { Pace } from './rate';
import { type About, audit, turnAway } from './rejected';

/** A callback that got through the door, and the attempt it is about (if there is one). */
export interface Arrival {
  provider: string;
  located: LocatedAttempt | undefined;
  claim: ReviewClaim;
  trusted: boolean;
  /** As JSON. */
  body: string;
}

/** Stores callbacks and answers for them. What they mean is judged by the attempt's workflow, and again from the rows. */
export class Intake {
  private readonly pace = new Pace();
  private readonly incoming: Batches<Incoming, Received>;

  constructor(private readonly context: ApiContext) {
    this.incoming = new Batches((batch) => receiveCallbacks(context.knex, batch), isDatabaseUnavailable);
  }

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
    const facts = { provider, channel, attemptCode, externalId, trusted, body, bodyHash: hashOf(provider, body) };
    const receipt = await this.take({ ...facts, kind: 'review', ...this.reception(!rules.allowReviewUpdates) });
    if (!receipt.isLocated) return false;
    void this.tell('review', attemptCode, receipt);
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
    const bodyHash = hashOf(provider, body);
    const callback = { ...placeOf(arrival, located), kind: 'review', bodyHash } as const;
    const receipt = await this.store(callback, this.reception(!rules.allowReviewUpdates));
    return this.conclude(request, about, receipt);
  }

  /** Only what can still be opened has to be told; one such message at a time is enough. */
  async ready(arrival: Omit<Arrival, 'claim'>, channel: Callback['channel'], located: LocatedAttempt): Promise<void> {
    const { status } = located.view;
    if (status !== 'created' && status !== 'download_software_clicked') return;
    const claim = { channel, externalId: located.view.externalId ?? undefined };
    const callback = { ...placeOf({ ...arrival, claim }, located), kind: 'ready', bodyHash: 'ready' } as const;
    await this.store(callback, { ...this.reception(true), windowMs: 0 });
  }

  private reception(onlyOne: boolean): Reception {
    return { receivedAt: this.context.now(), windowMs: this.context.settings.duplicateWindowMs, onlyOne };
  }

  private async store(callback: Callback, reception: Reception): Promise<Receipt> {
    const receipt = await this.take({ ...callback, ...reception });
    void this.tell(callback.kind, callback.attemptCode, receipt);
    return receipt;
  }

  /** Repetitions are told by what came, so the hash is of that; sealing is different every time. */
  private async take(incoming: Incoming): Promise<Received> {
    const { settings } = this.context;
    const body = keptBody(incoming.body, incoming.attemptCode, settings.credentialKeys);
    return this.incoming.do({ ...incoming, body });
  }

  private async conclude(request: FastifyRequest, about: About, { isRepeat, inboxId }: Receipt): Promise<void> {
    if (isRepeat) return audit(this.context, request, 'callback.replayed', about);
    if (inboxId !== null) return;
    const detail = 'The attempt has a review, and updates are not allowed.';
    return turnAway(this.context, request, about, { code: 'review-already-exists', detail });
  }

  /** Nobody waits for it: the answer does not depend on Temporal, and what is not delivered here the relay delivers. */
  private async tell(kind: Callback['kind'], attemptCode: string, { inboxId, waitsForOthers }: Receipt): Promise<void> {
    const { knex, now } = this.context;
    if (inboxId === null || waitsForOthers || !this.pace.begin(now())) return;
    try {
      const place = await findPlace(knex, attemptCode);
      if (place) await this.signal(kind, place, inboxId);
      await markDelivered(knex, [inboxId]);
    } catch {
      // Temporal is down or slow: the row waits for the relay.
    } finally {
      this.pace.end();
    }
  }

  private async signal(kind: Callback['kind'], place: AttemptPlace, inboxId: string): Promise<void> {
    const { temporal, settings } = this.context;
    const signal = kind === 'review' ? reviewReceivedSignal : providerReadySignal;
    const start = attemptStartOptions(place, settings.timings);
    await temporal.signalWithStart(place.key, signal, [callbackCommand(inboxId)], start);
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
