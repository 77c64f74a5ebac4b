import type { AttemptActivities } from '../../contracts/attempts/activities';
import type { AttentionReason } from '../../contracts/attempts/attention';
import type { AttemptKey, AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { raiseAttention } from '../../db/attempts/attention';
import { findByKey } from '../../db/attempts/find';
import { confirmRead } from '../../db/attempts/relay';
import { dueEffects, failedEffects } from '../../db/effects/effects';
import type { Dependencies } from './dependencies';
import { retryEffect } from './retry-effect';

/** Reading the row disproves it. */
const isNotStuck = (reason: AttentionReason): boolean => reason !== 'stuck';
const REAL_TIME = { offsetMs: 0, frozenAtMs: null };

type RowActivities = Pick<AttemptActivities, 'loadAttempt' | 'reopenEffect' | 'raiseAttention'>;

/** Reads the row for a workflow that started or was signalled. Reading confirms the version it saw. */
export function rowActivities({ knex }: Dependencies): RowActivities {
  async function load(key: AttemptKey, nowMs: number): Promise<AttemptState> {
    const located = await findByKey(knex, key, new Date(nowMs));
    const attempt = located
      ? { ...located.view, needsAttention: located.view.needsAttention.filter(isNotStuck) }
      : null;
    if (located && !located.view.isArchived) await confirmRead(knex, located.view, located.clock, nowMs);
    const due = await dueEffects(knex, key);
    const state = { attempt, version: attempt?.version ?? 0, due, clock: located?.clock ?? REAL_TIME };
    const failed = attempt && mayHaveFailed(attempt) ? await failedEffects(knex, attempt.attemptId) : [];
    return failed.length === 0 ? state : { ...state, failed };
  }
  return {
    loadAttempt: ({ key, nowMs }) => load(key, nowMs),
    /** Asks for an operator: stored in the row, shown by the API and as the search attribute NeedsAttention. */
    raiseAttention: ({ key, reason }) => raiseAttention(knex, key, reason),
    async reopenEffect({ key, nowMs, ...input }) {
      const ended = await knex.transaction((trx) => retryEffect(trx, { key, now: new Date(nowMs), ...input }));
      if (typeof ended === 'object') return ended;
      return ended === 'due' ? load(key, nowMs) : null;
    },
  };
}

/** A failure marks its attempt, unless that was removed. */
function mayHaveFailed({ needsAttention, isArchived }: AttemptView): boolean {
  return isArchived || needsAttention.includes('effect-failed');
}
