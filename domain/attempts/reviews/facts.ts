import type { Attempt } from '../model';
import type { ReviewProtocol, ReviewComment, Verdict } from './payload';

/** A review as it stands; one per attempt code. */
export interface StoredReview {
  reviewId: string;
  attemptCode: string;
  provider: string;
  channel: ReviewProtocol;
  reviewStatus: Verdict;
  /** As it is kept, which is sealed: rules only pass it on. */
  videoUrl: string | null;
  reviewedBy: string | null;
  rawData: unknown;
}

/** What a decision about a review needs to know beside the attempt. */
export interface ReviewFacts {
  /** The attempt's last archived state, when it is not live any more. */
  archived: Attempt | null;
  existing: StoredReview | null;
  /** The archive has the attempt as submitted or timed out. */
  wasSubmittedOnce: boolean;
  /** The account that the payload's `reviewed_by` names; null when there is none of that name. */
  reviewer: string | null;
}

/** A review to be stored with the decision; what `replaces` names is archived first. Comments are added to the old ones. */
export interface ReviewWrite extends Omit<StoredReview, 'reviewId' | 'attemptCode'> {
  replaces: string | null;
  attempt: Pick<Attempt, 'id' | 'code' | 'examId' | 'userId'>;
  isAttemptArchived: boolean;
  comments: readonly ReviewComment[];
  inboxId: string | null;
}
