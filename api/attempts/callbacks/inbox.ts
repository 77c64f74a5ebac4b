import { createHash } from 'node:crypto';
import { ProviderRules } from '../../../config/provider-rules';
import { callbackCommand } from '../../../contracts/attempts/commands';
import { type AttemptView, CALLBACK_SIGNALS } from '../../../contracts/attempts/messages';
import type { LocatedAttempt } from '../../../db/attempts/find';
import { findAttemptRef } from '../../../db/attempts/refs';
import {
  type IncomingCallback,
  markDelivered,
  type Receipt,
  receiveCallbacks,
} from '../../../db/attempts/reviews/inbox';
import { Batcher } from '../../../db/core/batcher';
import { isDatabaseUnavailable } from '../../../db/core/database-failure';
import { type ReviewFault, findReviewFault } from '../../../domain/attempts/reviews/checks';
import type { ReviewPayload } from '../../../domain/attempts/reviews/payload';
import type { RuleSet } from '../../../domain/attempts/rule-sets';
import type { ApiContext } from '../../context';
import { CallbackRate } from './rate';
import { toStoredBody } from './stored-body';

/** An authenticated callback; a vendor's "ready" addresses its attempt as a review does, and says no more. */
export type VendorCallback = {
  provider: string;
  trusted: boolean;
  /** As JSON. */
  body: string;
} & (
  | { kind: 'ready'; payload: Pick<ReviewPayload, 'protocol' | 'attemptCode' | 'externalId'>; located: LocatedAttempt }
  /** `located` absent: the attempt was not looked for; null: there is none. */
  | { kind: 'review'; payload: ReviewPayload; located?: LocatedAttempt | null }
);

type Review = Extract<VendorCallback, { kind: 'review' }>;

/** `look closer`: nothing was done; look for the attempt and come again with it. */
export type ReceiveOutcome = 'stored' | 'repeat' | 'look closer' | { refused: ReviewFault };

/** Stores callbacks, one object per process. The attempt's workflow decides what they mean, from the stored rows. */
export class CallbackInbox {
  private readonly rate = new CallbackRate();
  private readonly batcher: Batcher<IncomingCallback, Receipt>;
  private readonly providers: ProviderRules;

  constructor(private readonly context: ApiContext) {
    const { knex, settings } = context;
    this.batcher = new Batcher({
      work: (batch) => receiveCallbacks(knex, batch),
      maxBatch: 50,
      maxInFlight: 2,
      failsForAll: isDatabaseUnavailable,
    });
    this.providers = new ProviderRules(settings);
  }

  /**
   * Checks and stores a callback. The usual case is one statement without a look before it: a review without a fault, of a
   * live attempt that the vendor addresses correctly.
   */
  async receive(callback: VendorCallback): Promise<ReceiveOutcome> {
    if (callback.kind === 'ready' && !mayBeOpened(callback.located)) return 'repeat';
    const { located } = callback;
    const rules = this.providers.rules(located ? located.provider : callback.provider);
    const fault = callback.kind === 'review' ? faultOf(callback, rules) : null;
    if (fault) return callback.located === undefined ? 'look closer' : { refused: fault };
    const incoming = this.toIncoming(callback, rules);
    const receipt = await this.batcher.run(incoming);
    if (!receipt.isLocated) return 'look closer';
    void this.notifyWorkflow(incoming, receipt);
    if (receipt.isRepeat) return 'repeat';
    return receipt.inboxId === null ? { refused: REVIEWED } : 'stored';
  }

  private toIncoming(callback: VendorCallback, rules: RuleSet): IncomingCallback {
    const { settings, now } = this.context;
    const { kind, provider, trusted, payload, located, body } = callback;
    const { protocol: channel, attemptCode = '', externalId = null } = payload;
    const attempt = located ? pickIds(located.view) : undefined;
    const stored = toStoredBody(body, attemptCode, settings.credentialKeys);
    const about = {
      kind,
      provider,
      channel,
      attemptCode,
      attempt,
      externalId,
      trusted,
      body: stored,
      receivedAt: now(),
    };
    if (kind === 'ready') return { ...about, bodyHash: 'ready', windowMs: 0, onlyOne: true };
    // Repetitions are recognised by the received body: sealing differs every time.
    const bodyHash = createHash('sha256').update(`${provider}\n${body}`).digest('base64url');
    return { ...about, bodyHash, windowMs: settings.duplicateWindowMs, onlyOne: !rules.allowReviewUpdates };
  }

  /** Not awaited: the answer does not depend on Temporal, and the relay delivers what is not delivered here. */
  private async notifyWorkflow(
    { kind, attemptCode }: IncomingCallback,
    { inboxId, waitsForOthers }: Receipt,
  ): Promise<void> {
    const { knex, now, temporal, settings } = this.context;
    if (inboxId === null || waitsForOthers || !this.rate.begin(now())) return;
    try {
      const ref = await findAttemptRef(knex, attemptCode);
      const signal = CALLBACK_SIGNALS[kind];
      if (ref) await temporal.signalWithStart(ref, signal, [callbackCommand(inboxId)], settings.timings);
      await markDelivered(knex, [inboxId]);
    } catch {
      // Temporal is down or slow: the row waits for the relay.
    } finally {
      this.rate.end();
    }
  }
}

const REVIEWED: ReviewFault = {
  code: 'review-already-exists',
  detail: 'The attempt has a review, and updates are not allowed.',
};
const UNKNOWN: ReviewFault = { code: 'attempt-not-found', detail: 'There is no attempt of this code.' };

/** Before the attempt was looked for, it is taken to be as the vendor addresses it. */
function faultOf({ payload, located }: Review, rules: RuleSet): ReviewFault | null {
  const { attemptCode, externalId } = payload;
  if (located === undefined) {
    if (attemptCode === undefined || externalId === undefined) return UNKNOWN;
    const attempt = { code: attemptCode, externalId };
    return findReviewFault(payload, { attempt, isReviewed: false, isProctored: true }, rules);
  }
  const attempt = located && { code: located.view.attemptCode, externalId: located.view.externalId ?? null };
  const subject = { attempt, isReviewed: false, isProctored: located?.isProctored === true };
  return findReviewFault(payload, subject, rules) ?? (located ? null : UNKNOWN);
}

function pickIds({ examId, userId, attemptNumber, attemptId }: AttemptView): IncomingCallback['attempt'] {
  return { examId, userId, attemptNumber, attemptId };
}

/** Any other attempt is left as it is. */
function mayBeOpened({ view: { status } }: LocatedAttempt): boolean {
  return status === 'created' || status === 'download_software_clicked';
}
