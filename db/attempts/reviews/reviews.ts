import type { Knex } from 'knex';
import type { InJson } from '../../../contracts/in-json';
import type { Attempt } from '../../../domain/attempts/model';
import type { ReviewFacts, ReviewWrite, StoredReview } from '../../../domain/attempts/reviews/facts';
import type { ReviewComment } from '../../../domain/attempts/reviews/payload';
import { queryRow, queryRows, writeRows } from '../../core/query';
import { attemptFromJson, attemptJson } from '../json';

const REVIEW_FIELDS = `'reviewId', r.id::text, 'attemptCode', r.attempt_code, 'provider', r.provider, 'channel', r.channel,
  'reviewStatus', r.review_status, 'videoUrl', r.video_url, 'reviewedBy', r.reviewed_by`;

/** All a decision about a review needs beside the attempt's own rows. Complete only under the learner's lock. */
export async function reviewFacts(
  trx: Knex,
  about: { attemptCode: string; reviewedBy: string | null },
): Promise<ReviewFacts> {
  const facts = (await queryRow<FactsJson>(trx, FACTS, about)) as FactsJson;
  return { ...facts, archived: facts.archived && attemptFromJson(facts.archived) };
}

type FactsJson = Omit<ReviewFacts, 'archived'> & { archived: InJson<Attempt> | null };

const FACTS = `
  select
    (select ${attemptJson('a')} || jsonb_build_object('id', a.attempt_id) from attempt_archive a
      where a.code = :attemptCode order by a.id desc limit 1) as archived,
    (select jsonb_build_object(${REVIEW_FIELDS}, 'rawData', r.raw_data) from reviews r
      where r.attempt_code = :attemptCode) as existing,
    exists (select 1 from attempt_archive a
      where a.code = :attemptCode and a.status in ('submitted', 'timed_out')) as "wasSubmittedOnce",
    (select u.user_id from learners u
      where (lower(u.email) = lower(nullif(:reviewedBy, '')) or u.username = :reviewedBy) and u.active
        and not exists (select 1 from attempts t where t.code = :attemptCode and t.user_id = u.user_id)
        and not exists (select 1 from attempt_archive t where t.code = :attemptCode and t.user_id = u.user_id)
      order by u.user_id limit 1) as reviewer`;

/** Stores a review: the one it replaces goes to the history first, comments are added to the old ones. */
export async function storeReview(
  trx: Knex,
  write: ReviewWrite,
  { courseId, now }: { courseId: string; now: Date },
): Promise<void> {
  const { attempt, replaces, comments, rawData, ...review } = write;
  const raw = JSON.stringify(rawData);
  const attemptIds = {
    attemptCode: attempt.code,
    attemptId: attempt.id,
    examId: attempt.examId,
    userId: attempt.userId,
  };
  if (replaces !== null) await writeRows(trx, ARCHIVE, { replaces, now });
  const stored = await queryRow<{ id: string }>(trx, STORE, { ...attemptIds, ...review, raw, courseId, now });
  const values = { reviewId: stored?.id ?? '', comments: JSON.stringify(comments) };
  if (comments.length > 0) await writeRows(trx, COMMENT, values);
}

const ARCHIVE = `
  insert into review_history (review_id, attempt_code, review_status, video_url, reviewed_by, raw_data, archived_at)
  select id, attempt_code, review_status, video_url, reviewed_by, raw_data, :now from reviews where id = :replaces`;

const STORE = `
  insert into reviews (attempt_code, attempt_id, exam_id, user_id, course_id, provider, channel, review_status, video_url,
    reviewed_by, raw_data, is_attempt_archived, inbox_id, created_at, modified_at)
  values (:attemptCode, :attemptId, :examId, :userId, :courseId, :provider, :channel, :reviewStatus, :videoUrl,
    :reviewedBy, cast(:raw as jsonb), :isAttemptArchived, :inboxId, :now, :now)
  on conflict (attempt_code) do update set provider = excluded.provider, channel = excluded.channel,
    review_status = excluded.review_status, video_url = excluded.video_url, reviewed_by = excluded.reviewed_by,
    raw_data = excluded.raw_data, is_attempt_archived = excluded.is_attempt_archived,
    inbox_id = coalesce(excluded.inbox_id, reviews.inbox_id), modified_at = excluded.modified_at
  returning id`;

const COMMENT = `
  insert into review_comments (review_id, start_time, stop_time, duration, comment, status)
  select :reviewId, c."startTime", c."stopTime", c.duration, c.comment, c.status
  from jsonb_to_recordset(cast(:comments as jsonb))
    as c("startTime" int, "stopTime" int, duration int, comment text, status text)`;

type ReviewContent = Pick<StoredReview, 'reviewStatus' | 'videoUrl' | 'reviewedBy'>;

/** A review as operators see it, with what it was before. */
export interface ReviewDetails extends Omit<StoredReview, 'rawData'> {
  isAttemptArchived: boolean;
  createdAt: string;
  modifiedAt: string;
  comments: ReviewComment[];
  history: (ReviewContent & { archivedAt: string })[];
}

export async function reviewsOfAttempt(knex: Knex, attemptCode: string): Promise<ReviewDetails[]> {
  return selectReviewDetails(knex, 'r.attempt_code = :value', attemptCode);
}

export async function findReviewDetails(knex: Knex, reviewId: string): Promise<ReviewDetails | undefined> {
  return (await selectReviewDetails(knex, 'r.id = :value', reviewId))[0];
}

async function selectReviewDetails(knex: Knex, where: string, value: string): Promise<ReviewDetails[]> {
  const rows = await queryRows<{ review: ReviewDetails }>(knex, `${SELECT_DETAILS} where ${where}`, { value });
  return rows.map(({ review }) => ({
    ...review,
    createdAt: new Date(review.createdAt).toISOString(),
    modifiedAt: new Date(review.modifiedAt).toISOString(),
    history: review.history.map((old) => ({ ...old, archivedAt: new Date(old.archivedAt).toISOString() })),
  }));
}

const SELECT_DETAILS = `
  select jsonb_build_object(${REVIEW_FIELDS}, 'isAttemptArchived', r.is_attempt_archived, 'createdAt', r.created_at,
    'modifiedAt', r.modified_at,
    'comments', coalesce((select jsonb_agg(jsonb_build_object('startTime', c.start_time, 'stopTime', c.stop_time,
      'duration', c.duration, 'comment', c.comment, 'status', c.status) order by c.id)
      from review_comments c where c.review_id = r.id), '[]'),
    'history', coalesce((select jsonb_agg(jsonb_build_object('reviewStatus', h.review_status, 'videoUrl', h.video_url,
      'reviewedBy', h.reviewed_by, 'archivedAt', h.archived_at) order by h.id desc)
      from review_history h where h.review_id = r.id), '[]')) as review
  from reviews r`;
