import type { Knex } from 'knex';
import type { AttemptKey } from '../contracts/exam-attempt';
import { type AttemptPhase, type PhaseFacts, phaseOf } from '../domain/statuses';
import type { Callback, Receipt, Reception } from './review-inbox';

export type PlainReview = Pick<Callback, 'provider' | 'channel' | 'attemptCode' | 'trusted' | 'bodyHash'> & {
  externalId: string;
  /** As JSON. */
  body: string;
};

/** What became of it, and of which attempt. */
export interface PlainReceipt extends Receipt {
  key: AttemptKey;
  courseId: string;
  phase: AttemptPhase;
}

/**
 * Locates the attempt and stores the review in one statement, where nothing about it is special (migration 0010): nearly
 * all of them. Undefined: look closer (`findByCode`, `receiveCallback`); nothing was done.
 */
export async function receivePlainReview(
  knex: Knex,
  review: PlainReview,
  reception: Reception,
): Promise<PlainReceipt | undefined> {
  const { rows } = await knex.raw<{ rows: Row[] }>(RECEIVE, { ...review, ...reception });
  const [row] = rows;
  if (!row) return undefined;
  const { examId, userId, attemptNumber, courseId, inboxId, isRepeat, isReviewed, waitsForOthers, ...facts } = row;
  const key = { examId, userId, attemptNumber };
  return { key, courseId, phase: phaseOf(facts), inboxId, isRepeat, isReviewed, waitsForOthers };
}

type Row = Receipt & AttemptKey & PhaseFacts & { courseId: string };

const RECEIVE = `
  select inbox_id as "inboxId", is_repeat as "isRepeat", is_reviewed as "isReviewed", waits_for_others as "waitsForOthers",
    exam_id as "examId", user_id as "userId", attempt_number as "attemptNumber", course_id as "courseId", status,
    taking_as_proctored as "takingAsProctored", is_sample_attempt as "isSampleAttempt"
  from receive_plain_review(:provider, :channel, :attemptCode, :externalId, :trusted, cast(:body as jsonb), :bodyHash,
    :receivedAt, :windowMs, :onlyOne)`;
