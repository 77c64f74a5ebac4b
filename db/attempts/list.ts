import type { Knex } from 'knex';
import { ATTEMPT_STATUSES, type AttemptPhase } from '../../domain/attempts/statuses';
import { isInstant } from '../../domain/instants';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import { SELECT_LIVE, type LocatedAttempt, readAttempts } from './find';
import { attemptProviderSql } from './json';

export interface AttemptFilter {
  courseId?: string | undefined;
  examId?: number | undefined;
  userId?: string | undefined;
  status?: string | undefined;
  phase?: AttemptPhase | undefined;
  provider?: string | undefined;
  needsAttention?: boolean | undefined;
  /** Courses a token is limited to. */
  courses?: readonly string[] | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Live attempts, newest first. Removed ones are found by their code only, so phase `removed` lists nothing. */
export async function listAttempts(
  knex: Knex,
  filter: AttemptFilter,
  { limit, cursor }: PageRequest,
  now: Date,
): Promise<Page<LocatedAttempt>> {
  const bindings: Record<string, Knex.Value> = { ...bindingsOf(filter), limit: limit + 1 };
  const conditions = Object.keys(CONDITIONS).filter((name) => filter[name as keyof AttemptFilter] !== undefined);
  const where = conditions.map((name) => CONDITIONS[name as keyof AttemptFilter]);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor, [isInstant, UUID]) as [string, string];
    Object.assign(bindings, { at, id });
    where.push('(a.created_at, a.id) < (cast(:at as timestamptz), cast(:id as uuid))');
  }
  const sql = `${SELECT_LIVE} where ${['true', ...where].join(' and ')} order by a.created_at desc, a.id desc limit :limit`;
  const rows = await readAttempts(knex, sql, bindings, now);
  return toPage(rows, limit, ({ view }) => [view.createdAt, view.attemptId]);
}

const list = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/** SQL for `phaseOf`; tests hold the two together over every status. */
const PHASE = `case
  when a.status in ('started', 'ready_to_submit') then 'in_exam'
  when a.status in (${list(ATTEMPT_STATUSES.slice(0, 4))}) then 'open'
  when a.status = 'second_review_required'
    or (a.status = 'submitted' and a.taking_as_proctored and not a.is_sample_attempt) then 'awaiting_review'
  else 'decided' end`;

const CONDITIONS: Record<keyof AttemptFilter, string> = {
  courseId: 'a.course_id = :courseId',
  examId: 'a.exam_id = :examId',
  userId: 'a.user_id = :userId',
  status: 'a.status = :status',
  phase: `${PHASE} = :phase`,
  provider: `${attemptProviderSql('a', 'e')} = :provider`,
  needsAttention: `(a.attention_reasons <> '{}') = cast(:needsAttention as boolean)`,
  courses: 'a.course_id in (select jsonb_array_elements_text(cast(:courses as jsonb)))',
};

function bindingsOf({ courses, ...filter }: AttemptFilter): Record<string, Knex.Value> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(courses ? { courses: JSON.stringify(courses) } : {}) };
}
