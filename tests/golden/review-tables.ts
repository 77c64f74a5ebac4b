import type { Attempt } from '../../domain/attempts/model';
import type { ReviewFacts, ReviewWrite, StoredReview } from '../../domain/attempts/reviews/facts';
import { readRestReview, readSoftwareSecureReview, type ReviewComment, verdictOf } from '../../domain/attempts/reviews/payload';
import type { Simulated, AttemptSimulator } from './attempt-simulator';
import type { GoldenReviewStep } from './cases';

/** Accounts of the recordings; `nobody@example.org` is none of them. */
const ACCOUNTS = new Set(['u1', 'u2', 'staff', 'coursestaff', 'reviewer', 'outsider']);

const NOTHING = { changed: {}, created: {}, deleted: [], effects: [], archived: {} };

/** The review tables in memory, used with the attempt simulator. */
export class ReviewTables {
  readonly comments: ReviewComment[] = [];
  current: StoredReview | null = null;
  historyRows = 0;
  private wasSubmittedOnce = false;
  private callbacks = 0;

  constructor(
    private readonly simulator: AttemptSimulator,
    private readonly subject: Attempt,
  ) {}

  /** One step of a case: a callback of the channel, a person's look, or a change of status before. */
  take(channel: 'psi' | 'rest', step: GoldenReviewStep): Simulated {
    if (step.update_to !== undefined) {
      const to = step.update_to;
      return this.run(() => this.simulator.run(1, 'a1', () => ({ type: 'changeStatus', to, cascade: true })));
    }
    const verdict = verdictOf(step.staff_sets_review_status);
    if (verdict !== undefined) return this.secondLook(verdict, step.by ?? 'staff');
    return channel === 'psi' ? this.softwareSecure(step) : this.rest(step);
  }

  private softwareSecure({ payload }: GoldenReviewStep): Simulated {
    return this.callback(readSoftwareSecureReview(payload), 'software_secure', false);
  }

  /** The REST protocol knows live attempts only, by the exact external id. */
  private rest({ payload, external_id: externalId = 'ext-a1' }: GoldenReviewStep): Simulated {
    const attempt = this.simulator.attempts.find((one) => one.externalId === externalId);
    if (!attempt) return { ok: false, ...NOTHING, code: 'attempt-not-found' };
    return this.callback(readRestReview(payload, { attemptCode: attempt.code, externalId }), 'rest', true);
  }

  private callback(
    review: ReturnType<typeof readSoftwareSecureReview>,
    provider: string,
    trusted: boolean,
  ): Simulated {
    this.callbacks += 1;
    const inboxId = String(this.callbacks);
    const reviewer = review.reviewedBy?.split('@')[0] ?? '';
    this.simulator.review = this.facts(ACCOUNTS.has(reviewer) ? reviewer : null);
    return this.run(() =>
      this.simulator.run(1, 'a1', () => ({ type: 'review', payload: review, provider, inboxId, trusted })),
    );
  }

  private secondLook(reviewStatus: StoredReview['reviewStatus'], requestedBy: string): Simulated {
    this.simulator.review = this.facts(null);
    const reviewId = this.current?.reviewId ?? 'none';
    return this.run(() =>
      this.simulator.run(1, 'a1', () => ({ type: 'setReview', reviewId, reviewStatus, requestedBy })),
    );
  }

  private facts(reviewer: string | null): ReviewFacts {
    return { archived: this.subject, existing: this.current, wasSubmittedOnce: this.wasSubmittedOnce, reviewer };
  }

  private run(command: () => Simulated): Simulated {
    const before = this.simulator.stored.length;
    const outcome = command();
    const old = outcome.archived['a1'] ?? [];
    this.wasSubmittedOnce ||= old.includes('submitted') || old.includes('timed_out');
    for (const write of this.simulator.stored.slice(before)) this.store(write);
    return outcome;
  }

  private store({ attempt, comments, provider, channel, reviewStatus, videoUrl, reviewedBy, rawData }: ReviewWrite): void {
    if (this.current) this.historyRows += 1;
    const content = { provider, channel, reviewStatus, videoUrl, reviewedBy, rawData };
    this.current = { reviewId: '1', attemptCode: attempt.code, ...content };
    this.comments.push(...comments);
  }
}
