import type { Knex } from 'knex';
import type { SealingKeys } from '../../../config/sealing-keys';
import { openReviewLink } from '../../../db/attempts/reviews/links';
import type { GoldenRow } from '../../golden/cases';
import { iso } from '../../golden/instants';
import { createdView } from '../../golden/outcome';
import type { TraceFinal } from '../../golden/traces';
import type { ConformanceStack } from '../conformance-stack';
import type { TraceCourse } from './trace-course';

interface ArchivedRow {
  attempt: string;
  status: string;
  external_id: string | null;
  taking_as_proctored: boolean;
  started_at: string | null;
  completed_at: string | null;
}

/** All attempts there ever were, and archived rows that are not the trace's own. */
interface Past {
  ever: readonly string[];
  leftOut: ReadonlySet<number>;
}

/** What is there when a trace has ended, in the recorded shape. */
export async function finalState(
  { knex, keys }: Pick<ConformanceStack, 'knex' | 'keys'>,
  course: TraceCourse,
  { ever, leftOut }: Past,
): Promise<TraceFinal> {
  const attempts = await course.look();
  const archive = await archiveOf(knex, course, leftOut);
  const history = ever.map((name) => {
    const rows = archive.filter(({ attempt }) => attempt === name);
    return [name, { archived_rows: rows.length, last_archived: rows.at(-1)?.status ?? null }] as const;
  });
  const liveRows = attempts.map(
    (attempt) => [attempt.id, traceRowOf(course, createdView(attempt), attempt.id)] as const,
  );
  const { rows, historyRows } = await reviewsOf(knex, course);
  const reviews = rows.map((row) => reviewView(course, { ...row, video_url: linkOf(row, keys) }));
  const comments = rows.reduce((sum, row) => sum + Number(row.comments), 0);
  return {
    attempts: Object.fromEntries(liveRows),
    history: Object.fromEntries(history),
    ...(course.isClassic ? { archive: archive.map((row) => ({ ...row })) } : {}),
    reviews,
    comments,
    ...(course.isClassic ? {} : { review_history_rows: historyRows }),
  };
}

/** The view of a new row, with what belongs to the exam at the time it was made. */
export function traceRowOf(course: TraceCourse, row: GoldenRow, name: string): GoldenRow {
  return { ...row, ...(course.hadPolicy(name) ? { has_review_policy: true } : {}) };
}

type ArchiveTable = Omit<ArchivedRow, 'attempt' | 'started_at' | 'completed_at'> & {
  id: string;
  attempt_id: string;
  exam_id: number;
  course_id: string;
  started_at: Date | null;
  completed_at: Date | null;
  archived_at: Date;
};

/**
 * The archive by instants. Attempts that one operation declines together are decided concurrently; they are listed in the
 * order of their exams, after the one that was the cause.
 */
async function archiveOf(knex: Knex, course: TraceCourse, leftOut: ReadonlySet<number>): Promise<ArchivedRow[]> {
  const all = await knex<ArchiveTable>('attempt_archive').where('course_id', course.courseId).orderBy('id');
  const rows = all.filter(({ id }) => !leftOut.has(Number(id)));
  const causes = new Map<number, string>();
  for (const { archived_at: at, attempt_id: id } of rows) if (!causes.has(+at)) causes.set(+at, id);
  const positionOf = ({ archived_at: at, attempt_id: id, exam_id: examId }: ArchiveTable): number =>
    causes.get(+at) === id ? 0 : examId;
  const ordered = rows.toSorted(
    (one, other) => +one.archived_at - +other.archived_at || positionOf(one) - positionOf(other),
  );
  return ordered.map((row) => ({
    attempt: course.attemptName(row.attempt_id),
    status: row.status,
    external_id: course.unmarked(row.external_id),
    taking_as_proctored: row.taking_as_proctored,
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
  }));
}

interface ReviewRow {
  attempt_id: string;
  attempt_code: string;
  review_status: string;
  video_url: string | null;
  reviewed_by: string | null;
  /** The attempt was removed after the review had come. */
  removed_since: boolean;
  comments: string;
}

async function reviewsOf(knex: Knex, course: TraceCourse): Promise<{ rows: ReviewRow[]; historyRows: number }> {
  const { rows } = await knex.raw<{ rows: ReviewRow[] }>(
    `select r.*, (select count(*) from review_comments c where c.review_id = r.id) as comments,
       exists (select 1 from attempt_archive a where a.attempt_id = r.attempt_id and a.reason = 'removed'
         and a.archived_at >= r.created_at) as removed_since
     from reviews r where r.course_id = ? order by r.id`,
    [course.courseId],
  );
  const history = await knex.raw<{ rows: { count: string }[] }>(
    `select count(*) from review_history h join reviews r on r.id = h.review_id where r.course_id = ?`,
    [course.courseId],
  );
  return { rows, historyRows: Number(history.rows[0]?.count) };
}

function linkOf({ video_url: kept, attempt_code: code }: ReviewRow, keys: SealingKeys | undefined): string | null {
  return kept === null ? null : openReviewLink(keys, kept, code);
}

/**
 * Reviews of an attempt removed before count as active in the recorded tables (docs/recorded-behaviour.md#current-12).
 */
function reviewView(course: TraceCourse, row: ReviewRow): GoldenRow {
  const attempt_code = `CODE-${course.attemptName(row.attempt_id).toUpperCase()}`;
  const { review_status, video_url } = row;
  if (course.isClassic) return { attempt_code, review_status, video_url, comments: Number(row.comments) };
  const reviewed_by = course.unmarked(row.reviewed_by);
  return { attempt_code, review_status, is_attempt_active: !row.removed_since, reviewed_by };
}
