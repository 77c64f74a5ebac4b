import type { AttemptKey } from '../../contracts/attempts/messages';
import type { Decision } from '../../domain/attempts/decision';
import type { Attempt } from '../../domain/attempts/model';
import { defineStatement, type Statement } from '../core/batch';
import type { PlannedEffect } from '../effects/drafts';
import { type EffectFacts, MARKED_FAILED, stateOf } from '../effects/effects';
import { columnOf } from './json';

export interface DecisionToApply {
  decision: Extract<Decision, { kind: 'accepted' }>;
  /** The decision's effects, planned. */
  effects: readonly PlannedEffect[];
  /** Course time. */
  now: Date;
  /** The workflow that owns the effects. */
  owner: AttemptKey;
  courseId: string;
  /** The learner's full name now; new rows keep it. */
  fullName: string;
  /** The version the owner's workflow will have seen when this commits: the relay leaves such rows alone. */
  confirmedVersion?: number;
  /** When an attempt is over as it is saved, by the wall clock; null unless it is to be timed out. */
  deadlineAt: (attempt: Attempt) => Date | null;
  /** Lease the effects that can be tried at once, for so long. */
  lease?: { leaseMs: number };
}

/** An effect as stored by a decision. */
export interface DecidedEffect extends EffectFacts {
  /** True when it is in flight for the caller, who has to finish it before the lease ends. */
  claimed: boolean;
  state: 'due' | 'in_flight' | 'superseded';
  tries: number;
}

/**
 * Archives the old rows and stores the effects, in one statement that has to come before the rows change (the archive
 * reads them). `DecidedEffect` rows come back. Null when there is nothing to store.
 */
export function archiveAndEffectsStatement(input: DecisionToApply): Statement | null {
  const { decision, effects, owner, now, lease } = input;
  if (decision.archive.length === 0 && effects.length === 0) return null;
  const values = {
    archive: JSON.stringify(archiveRows(input)),
    effects: JSON.stringify(effects.map(toColumns)),
    ownerExamId: owner.examId,
    ownerUserId: owner.userId,
    ownerNumber: owner.attemptNumber,
    now,
    lease: lease !== undefined,
    leaseMs: lease?.leaseMs ?? 0,
  };
  return { statement: STORE, values };
}

function archiveRows({ decision, courseId, fullName, now }: DecisionToApply): object[] {
  const removed = new Set(decision.writes.flatMap((write) => (write.do === 'remove' ? [write.attempt.id] : [])));
  return decision.archive.map(({ id, ...attempt }: Attempt, ord) => ({
    ord,
    attempt_id: id,
    ...toColumns({ ...attempt, courseId, archivedAt: now }),
    student_name: fullName,
    reason: removed.has(id) ? 'removed' : 'status-changed',
  }));
}

function toColumns(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [columnOf(name), value as unknown]));
}

const COPIED = `attempt_id, exam_id, code, number, user_id, status, taking_as_proctored, is_sample_attempt, external_id, provider,
  allowed_time_limit_mins, started_at, completed_at, time_remaining_seconds, is_resumable, ready_to_resume, resumed,
  is_current, review_due_at, version, created_at, modified_at, archived_at, reason`;

/**
 * An older effect that a newer one replaces is superseded when it is due, and when it failed: the newer has the wanted
 * state. One in flight is left to its holder, whose lease or retry ends the same way.
 */
const STORE = defineStatement(
  'store_outcome',
  `
  with old as (
    insert into attempt_archive (${COPIED}, course_id, student_name)
    select ${COPIED.replace(/\w+/g, 'r.$&')}, (select x.course_id from exams x where x.id = r.exam_id),
      coalesce((select nullif(a.student_name, '') from attempts a where a.id = r.attempt_id), r.student_name)
    from jsonb_array_elements(cast(:archive as jsonb)) with ordinality as j(row, ord)
    cross join lateral jsonb_populate_record(null::attempt_archive, j.row) r
    order by j.ord
  ), input as (
    select * from jsonb_to_recordset(cast(:effects as jsonb)) as i(ord int, key text, attempt_id uuid, version int, name text,
      target text, replace_group text, exam_id int, user_id text, action jsonb, replaced boolean, first_on_target boolean)
  ), superseded as (
    update effects e set state = 'superseded', done_at = clock_timestamp(), touched_at = clock_timestamp()
    where e.target = any(array(select target from input where replace_group is not null)) and e.replace_group is not null
      and ${stateOf('e')} in ('due', 'failed')
    returning e.id, e.attempt_id
  ), relieved as (
    update attempts a set attention_reasons = array_remove(a.attention_reasons, 'effect-failed')
    where a.id = any(array(select attempt_id from superseded)) and ${MARKED_FAILED}
      and not exists (select 1 from effects f where f.attempt_id = a.id and ${stateOf('f')} = 'failed'
        and f.id not in (select id from superseded))
  ), planned as materialized (
    select i.*, x.course_id, x.content_id, case
      when i.replaced then 'superseded'
      when cast(:lease as boolean) and i.first_on_target and (select b.id from effects b where b.target = i.target
        and ${stateOf('b')} in ('due', 'in_flight') and b.id not in (select id from superseded) limit 1) is null then 'in_flight'
      else 'due' end as state
    from input i cross join lateral (select course_id, content_id from exams where id = i.exam_id limit 1) x
  ), stored as (
    insert into effects (key, attempt_id, version, name, target, replace_group, owner_exam_id, owner_user_id,
      owner_attempt_number, exam_id, user_id, course_id, content_id, action, state, tries, lease_until, created_at)
    select key, attempt_id, version, name, target, replace_group, :ownerExamId, :ownerUserId, :ownerNumber, exam_id,
      user_id, course_id, content_id, action, state, case when state = 'in_flight' then 1 else 0 end,
      case when state = 'in_flight' then clock_timestamp() + make_interval(secs => cast(:leaseMs as float8) / 1000) end, :now
    from planned order by ord
    returning *
  )
  select id as "effectId", key, name, target, attempt_id as "attemptId", version, exam_id as "examId",
    user_id as "userId", course_id as "courseId", content_id as "contentId", action,
    state = 'in_flight' as claimed, state, tries
  from stored order by id`,
);
