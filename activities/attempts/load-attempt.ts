import type { AttemptActivities } from '../../contracts/attempts/activities';
import type { AttemptKey, AttemptState } from '../../contracts/attempts/messages';
import { raiseAttention } from '../../db/attempts/attention';
import { findByKey } from '../../db/attempts/find';
import { confirmVersion } from '../../db/attempts/relay';
import { dueEffects, reopenEffect } from '../../db/effects/effects';
import type { Dependencies } from './dependencies';

const REAL_TIME = { offsetMs: 0, frozenAtMs: null };

type RowActivities = Pick<AttemptActivities, 'loadAttempt' | 'reopenEffect' | 'raiseAttention'>;

/** Reads the row for a workflow that started or was signalled. Reading confirms the version it saw. */
export function rowActivities({ knex }: Dependencies): RowActivities {
  async function load(key: AttemptKey, nowMs: number): Promise<AttemptState> {
    const located = await findByKey(knex, key, new Date(nowMs));
    const attempt = located?.view ?? null;
    if (attempt && !attempt.isArchived) await confirmVersion(knex, key, attempt.version);
    const due = await dueEffects(knex, key);
    return { attempt, version: attempt?.version ?? 0, due, clock: located?.clock ?? REAL_TIME };
  }
  return {
    loadAttempt: ({ key, nowMs }) => load(key, nowMs),
    /** Asks for an operator: stored in the row, shown by the API and as the search attribute NeedsAttention. */
    raiseAttention: ({ key, reason }) => raiseAttention(knex, key, reason),
    async reopenEffect({ key, nowMs, effectId }) {
      const reopened = await knex.transaction((trx) => reopenEffect(trx, effectId));
      return reopened ? load(key, nowMs) : null;
    },
  };
}
