import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { attemptStartOptions } from '../../../clients/temporal/attempt-start';
import { callbackCommand, providerReadySignal, reviewReceivedSignal } from '../../../contracts/attempts/messages';
import type { LocatedAttempt } from '../../../db/attempts/find';
import { type StoredAttemptRef, findAttemptRef } from '../../../db/attempts/refs';
import {
  type Callback,
  type IncomingCallback,
  markDelivered,
  type Receipt,
  receiveCallbacks,
  type ReceiveResult,
  type ReceiveOptions,
} from '../../../db/attempts/reviews/inbox';
import { Batcher } from '../../../db/core/batcher';
import { findReviewFault } from '../../../domain/attempts/reviews/checks';
import type { ReviewPayload } from '../../../domain/attempts/reviews/payload';
import type { RuleSet } from '../../../domain/attempts/rule-sets';
import type { ApiContext } from '../../context';
import { isDatabaseUnavailable } from '../../http/database-failure';
import { keyOf } from '../answer';
import { CallbackRate } from './rate';
import { type AuditSubject, auditCallback, rejectCallback } from './reject';
import { toStoredBody } from './stored-body';

/** An authenticated callback, and the attempt it is about (if there is one). */
export interface AuthenticatedCallback {
  provider: string;
  located: LocatedAttempt | undefined;
  payload: ReviewPayload;
  trusted: boolean;
  /** As JSON. */
  body: string;
}

/** Stores callbacks and answers them. The attempt's workflow decides what they mean, from the stored rows. */
export class CallbackInbox {
  private readonly rate = new CallbackRate();
  private readonly batcher: Batcher<IncomingCallback, ReceiveResult>;

  constructor(private readonly context: ApiContext) {
    this.batcher = new Batcher({
      work: (batch) => receiveCallbacks(context.knex, batch),
      maxBatch: 50,
      maxInFlight: 2,
      failsForAll: isDatabaseUnavailable,
    });
  }

  /**
   * The usual case in one statement: a review without a fault, of a live attempt the vendor addresses correctly.
   * @returns false when it needs a closer look: nothing was stored then. @throws ApiError
   */
  async receivePlainReview(
    request: FastifyRequest,
    callback: Omit<AuthenticatedCallback, 'located'>,
    rules: RuleSet,
  ): Promise<boolean> {
    const { payload, provider, trusted, body } = callback;
    const { attemptCode, externalId, protocol: channel } = payload;
    if (attemptCode === undefined || externalId === undefined) return false;
    const expected = { attempt: { code: attemptCode, externalId }, isReviewed: false, isProctored: true };
    if (findReviewFault(payload, expected, rules)) return false;
    const facts = { provider, channel, attemptCode, externalId, trusted, body, bodyHash: hashOf(provider, body) };
    const receipt = await this.storeInBatch({
      ...facts,
      kind: 'review',
      ...this.receiveOptions(!rules.allowReviewUpdates),
    });
    if (!receipt.isLocated) return false;
    void this.notifyWorkflow('review', attemptCode, receipt);
    await this.answerReceipt(request, { provider, object: attemptCode }, receipt);
    return true;
  }

  /** @throws ApiError with the first fault, in the order of the rule set. */
  async receiveReview(request: FastifyRequest, callback: AuthenticatedCallback, rules: RuleSet): Promise<void> {
    const { payload, located, provider, body } = callback;
    const object = located?.view.attemptCode ?? payload.attemptCode ?? 'none';
    const auditSubject = { provider, object };
    const attempt = located ? { code: located.view.attemptCode, externalId: located.view.externalId } : null;
    const subject = { attempt, isReviewed: false, isProctored: located?.provider != null };
    const fault = findReviewFault(payload, subject, rules);
    if (fault || !located) {
      const unknown = { code: 'attempt-not-found', detail: 'There is no attempt of this code.' } as const;
      return rejectCallback(this.context, request, auditSubject, fault ?? unknown);
    }
    const bodyHash = hashOf(provider, body);
    const toStore = { ...toStoredCallback(callback, located), kind: 'review', bodyHash } as const;
    const receipt = await this.store(toStore, this.receiveOptions(!rules.allowReviewUpdates));
    return this.answerReceipt(request, auditSubject, receipt);
  }

  /** Only attempts that can still be opened are notified; one such message at a time is enough. */
  async receiveReady(
    callback: Omit<AuthenticatedCallback, 'payload'>,
    channel: Callback['channel'],
    located: LocatedAttempt,
  ): Promise<void> {
    const { status } = located.view;
    if (status !== 'created' && status !== 'download_software_clicked') return;
    const payload = { protocol: channel, externalId: located.view.externalId ?? undefined };
    const toStore = {
      ...toStoredCallback({ ...callback, payload }, located),
      kind: 'ready',
      bodyHash: 'ready',
    } as const;
    await this.store(toStore, { ...this.receiveOptions(true), windowMs: 0 });
  }

  private receiveOptions(onlyOne: boolean): ReceiveOptions {
    return { receivedAt: this.context.now(), windowMs: this.context.settings.duplicateWindowMs, onlyOne };
  }

  private async store(toStore: Callback, options: ReceiveOptions): Promise<Receipt> {
    const receipt = await this.storeInBatch({ ...toStore, ...options });
    void this.notifyWorkflow(toStore.kind, toStore.attemptCode, receipt);
    return receipt;
  }

  /** Repetitions are recognised by the received body, so that is hashed; sealing differs every time. */
  private async storeInBatch(callback: IncomingCallback): Promise<ReceiveResult> {
    const { settings } = this.context;
    const body = toStoredBody(callback.body, callback.attemptCode, settings.credentialKeys);
    return this.batcher.run({ ...callback, body });
  }

  private async answerReceipt(
    request: FastifyRequest,
    auditSubject: AuditSubject,
    { isRepeat, inboxId }: Receipt,
  ): Promise<void> {
    if (isRepeat) return auditCallback(this.context, request, 'callback.replayed', auditSubject);
    if (inboxId !== null) return;
    const detail = 'The attempt has a review, and updates are not allowed.';
    return rejectCallback(this.context, request, auditSubject, { code: 'review-already-exists', detail });
  }

  /** Not awaited: the answer does not depend on Temporal, and the relay delivers what is not delivered here. */
  private async notifyWorkflow(
    kind: Callback['kind'],
    attemptCode: string,
    { inboxId, waitsForOthers }: Receipt,
  ): Promise<void> {
    const { knex, now } = this.context;
    if (inboxId === null || waitsForOthers || !this.rate.begin(now())) return;
    try {
      const ref = await findAttemptRef(knex, attemptCode);
      if (ref) await this.signal(kind, ref, inboxId);
      await markDelivered(knex, [inboxId]);
    } catch {
      // Temporal is down or slow: the row waits for the relay.
    } finally {
      this.rate.end();
    }
  }

  private async signal(kind: Callback['kind'], ref: StoredAttemptRef, inboxId: string): Promise<void> {
    const { temporal, settings } = this.context;
    const signal = kind === 'review' ? reviewReceivedSignal : providerReadySignal;
    const start = attemptStartOptions(ref, settings.timings);
    await temporal.signalWithStart(ref.key, signal, [callbackCommand(inboxId)], start);
  }
}

type LocatedCallback = Omit<AuthenticatedCallback, 'payload'> & {
  payload: Pick<ReviewPayload, 'protocol' | 'externalId'>;
};

function toStoredCallback(
  { provider, payload, trusted, body }: LocatedCallback,
  { view }: LocatedAttempt,
): Omit<Callback, 'kind' | 'bodyHash'> {
  const { attemptCode, attemptId } = view;
  const externalId = payload.externalId ?? null;
  return { provider, channel: payload.protocol, attemptCode, attemptId, key: keyOf(view), externalId, trusted, body };
}

function hashOf(provider: string, json: string): string {
  return createHash('sha256').update(`${provider}\n${json}`).digest('base64url');
}
