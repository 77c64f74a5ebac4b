import type { Knex } from 'knex';
import type { Refused } from '../../contracts/attempts/activities';
import type { Precondition } from '../../contracts/attempts/commands';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { storeAppliedCommand } from '../../db/attempts/applied-commands';
import { findCommand } from '../../db/attempts/commands';
import { findByKey } from '../../db/attempts/find';
import { runStatement } from '../../db/core/batch';
import { learnerLockStatement } from '../../db/core/locks';
import { reopenEffect } from '../../db/effects/effects';
import { changedMeanwhile } from './command';

interface RetryRequest extends Precondition {
  key: AttemptKey;
  effectId: string;
  /** Absent in messages of the release before: then nobody is named. */
  commandId?: string;
  now: Date;
}

/** A failed effect becomes due again, under the learner's lock; who asked for it is kept as with any other command. */
export async function retryEffect(
  trx: Knex.Transaction,
  request: RetryRequest,
): Promise<'due' | 'not-failed' | Refused> {
  const { key, effectId, commandId, now } = request;
  await runStatement(trx, learnerLockStatement(key.userId));
  if (commandId !== undefined && (await findCommand(trx, commandId))?.state === 'applied') return 'due';
  const located = await findByKey(trx, key, now);
  const changed = changedMeanwhile(request, located?.view ?? null);
  if (changed) return changed;
  const reopened = await reopenEffect(trx, effectId);
  if (!reopened) return 'not-failed';
  const { name, attemptId } = reopened;
  const cause = { by: null, because: `retryEffect:${name}` };
  const about = { type: 'retryEffect', key, attemptId, result: null, now, cause, version: null };
  if (commandId !== undefined) await storeAppliedCommand(trx, { commandId, ...about });
  return 'due';
}
