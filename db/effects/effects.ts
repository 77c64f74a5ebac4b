import type { Knex } from 'knex';
import type { FailedEffect } from '../../contracts/attempts/attention';
import type { AttemptKey, DueEffect } from '../../contracts/attempts/messages';
import type { EffectAction } from '../../domain/attempts/effects';
import { queryRow, queryRows } from '../core/query';

export type EffectState = 'due' | 'in_flight' | 'done' | 'failed' | 'skipped' | 'superseded';

/** All that is needed to do an effect; ids only. */
export interface EffectFacts extends DueEffect {
  /** Travels as Idempotency-Key. */
  key: string;
  attemptId: string;
  version: number;
  examId: number;
  userId: string;
  courseId: string;
  contentId: string;
  action: EffectAction;
}

/** What is needed to do an effect, fresh from the decision or leased later. */
export type EffectToDo = EffectFacts & { detail?: string | null };

/** A stored effect, with its outcome. */
export interface StoredEffect extends EffectFacts {
  state: EffectState;
  /** Why it was skipped, or what came of it. */
  detail: string | null;
  tries: number;
  lastError: string | null;
  createdAt: Date;
  doneAt: Date | null;
}

export const EFFECT_FIELDS = `id as "effectId", key, name, target, attempt_id as "attemptId", version, exam_id as "examId",
  user_id as "userId", course_id as "courseId", content_id as "contentId", action, state, detail, tries,
  last_error as "lastError", created_at as "createdAt", done_at as "doneAt"`;

/** The effects the owner's workflow still has to do, in order; leased ones too, as their holder may have died. */
export function dueEffects(knex: Knex, owner: AttemptKey): Promise<DueEffect[]> {
  return queryRows(
    knex,
    `select id as "effectId", name, target from effects
     where owner_exam_id = :examId and owner_user_id = :userId and owner_attempt_number = :attemptNumber
       and state in ('due', 'in_flight') order by id`,
    owner,
  );
}

/** Every effect of the attempt, oldest first: what the API shows to operators. */
export function effectsOfAttempt(knex: Knex, attemptId: string): Promise<StoredEffect[]> {
  const sql = `select ${EFFECT_FIELDS} from effects where attempt_id = :attemptId order by effects.id`;
  return queryRows(knex, sql, { attemptId });
}

/** Those of the attempt that failed for good, oldest first. */
export function failedEffects(knex: Knex, attemptId: string): Promise<FailedEffect[]> {
  const sql = `select name, coalesce(last_error, 'no reason is known') as error from effects
     where attempt_id = :attemptId and state = 'failed' order by id`;
  return queryRows(knex, sql, { attemptId });
}

/** Makes a failed effect due again. Undefined when it is not failed, or a newer effect replaces it. */
export function reopenEffect(trx: Knex, effectId: string): Promise<{ name: string; attemptId: string } | undefined> {
  return queryRow(
    trx,
    `update effects e set state = 'due', last_error = null, lease_until = null, done_at = null,
       touched_at = clock_timestamp()
     where e.id = :effectId and e.state = 'failed' and not exists (${NEWER_EFFECT})
     returning e.name, e.attempt_id as "attemptId"`,
    { effectId },
  );
}

/**
 * An effect's state, hidden from the planner: the partial indexes on it hold an entry of every effect since the last vacuum,
 * and look cheap to it. For statements that find their rows by key or target.
 */
export function stateOf(alias: string): string {
  return `coalesce(${alias}.state, '')`;
}

/** Attempt `a` is marked for a failed effect; hidden from the planner like `stateOf`, and for the same reason. */
export const MARKED_FAILED = `'effect-failed' = any (a.attention_reasons)`;

/** A newer effect that sets the same thing as `e`. */
export const NEWER_EFFECT = `select 1 from effects n
  where n.target = e.target and n.replace_group = e.replace_group and n.id > e.id`;
