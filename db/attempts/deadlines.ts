import type { Knex } from 'knex';
import type { CourseClock } from '../../contracts/attempts/messages';
import { ATTEMPT_STATUSES, isIncomplete } from '../../domain/attempts/statuses';
import { writeRows } from '../core/query';
import { DUE_DATE, EXTRA_TIME_MINS } from './time-terms';

/** A deadline by the wall clock. Under a clock that stands still it comes never, or has passed already. */
export function wallDeadline(deadline: Date | null, clock: CourseClock, wallNowMs: number): Date | null {
  if (deadline === null) return null;
  const { offsetMs, frozenAtMs } = clock;
  if (frozenAtMs === null) return new Date(deadline.getTime() - offsetMs);
  return deadline.getTime() < frozenAtMs ? new Date(wallNowMs - frozenAtMs + deadline.getTime()) : null;
}

/** Whose deadlines may have moved: those of a course, or of an exam, or of some learners on it. */
export interface MovedDeadlines {
  courseId?: string;
  examIds?: readonly number[];
  userIds?: readonly string[];
}

const CONDITIONS: Record<keyof MovedDeadlines, string> = {
  courseId: 'e.course_id = :courseId',
  examIds: 'a.exam_id = any(:examIds)',
  userIds: 'a.user_id = any(:userIds)',
};

/**
 * Stores the deadlines anew after something else than the attempt was changed: an exam's limit or due date, an allowance, a course's
 * clock. In the transaction of that change, so that a deadline is found when no signal reaches the workflow.
 */
export async function moveDeadlines(knex: Knex, where: MovedDeadlines): Promise<void> {
  const conditions = (Object.keys(where) as (keyof MovedDeadlines)[]).map((name) => CONDITIONS[name]);
  const values = { ...where, incomplete: ATTEMPT_STATUSES.filter(isIncomplete) };
  await writeRows(knex, MOVE.replace('CONDITIONS', conditions.join(' and ')), values);
}

/** SQL for `allowedMinutes` and `wallDeadline`; a test holds them together. */
const MOVE = `
  with terms as (
    select a.id, a.started_at, a.allowed_time_limit_mins as fixed_mins, c.clock_offset_ms, c.clock_frozen_at as frozen_at,
      ${DUE_DATE} as due_date, case when coalesce(a.time_remaining_seconds, 0) <> 0
        then floor(a.time_remaining_seconds / 60.0)::int else e.time_limit_mins + ${EXTRA_TIME_MINS} end as wanted_mins
    from attempts a join exams e on e.id = a.exam_id join courses c on c.course_id = e.course_id
    where a.started_at is not null and a.status = any(:incomplete) and CONDITIONS
  ), deadlines as (
    select terms.*, started_at + make_interval(mins => coalesce(fixed_mins, case when due_date is null then wanted_mins
      else greatest(0, least(wanted_mins, floor(extract(epoch from due_date - started_at) / 60)))::int end)) as at
    from terms
  ), moved as (
    select id, case when frozen_at is null then at - make_interval(secs => clock_offset_ms / 1000.0)
      when at < frozen_at then clock_timestamp() - (frozen_at - at) end as deadline_at
    from deadlines
  )
  update attempts a set deadline_at = m.deadline_at from moved m
  where a.id = m.id and a.deadline_at is distinct from m.deadline_at`;
