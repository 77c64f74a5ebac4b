import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import { claimEffect } from '../../db/effects/leases';
import { finishEffects } from '../../db/effects/outcomes';
import { alive } from '../heartbeat';
import type { Dependencies } from './dependencies';
import { perform } from './perform';

const WAIT = { firstMs: 250, maxMs: 30_000 };

/**
 * Effects that their first try left over, done patiently by Temporal's retries. The claim in the database keeps them in
 * order on their target and single: called twice, or at the same time, one request leaves.
 */
export function effectActivities(
  dependencies: Dependencies,
): Pick<AttemptActivities, 'performEffect' | 'giveUpEffect'> {
  const { knex, effectLeaseMs } = dependencies;
  return {
    async performEffect({ effectId, notBeforeMs = 0 }) {
      if (Date.now() < notBeforeMs) throw notYet(notBeforeMs - Date.now(), 'the receiver asked for patience');
      const claim = await claimEffect(knex, effectId, effectLeaseMs);
      if (claim.state === 'busy') throw notYet(claim.retryInMs, 'somebody else is at it');
      if (claim.state === 'waiting')
        throw notYet(waitInMs(claim.retryInMs), 'an earlier effect on this target comes first');
      if (claim.state === 'missing') return 'skipped';
      if (claim.state !== 'claimed') return claim.state;
      const outcome = await alive(() => perform(dependencies, claim.effect));
      const retryInMs = outcome.retryAfterMs ?? nextTryInMs(dependencies);
      await finishEffects(knex, [{ ...outcome, retryInMs }]);
      if (outcome.state !== 'retry') return outcome.state;
      throw again(claim.effect.name, outcome.error ?? 'failed', outcome.retryAfterMs);
    },
    async giveUpEffect({ effectId }) {
      const claim = await claimEffect(knex, effectId, effectLeaseMs);
      if (claim.state !== 'claimed') return;
      await finishEffects(knex, [{ effectId, state: 'failed', error: 'gave up: the whole retry time is over' }]);
    },
  };
}

/** The pause Temporal will make before the next try (workflows/activity-options.ts, effectOptions). */
function nextTryInMs({ timings }: Dependencies): number {
  const doublings = Math.min(30, activityInfo().attempt - 1);
  return Math.min(timings.effectRetryMaxMs, timings.effectRetryInitialMs * 2 ** doublings);
}

function waitInMs(retryInMs: number): number {
  return Math.min(retryInMs, WAIT.maxMs, WAIT.firstMs * 2 ** Math.min(10, activityInfo().attempt - 1));
}

function notYet(retryInMs: number, why: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: why,
    type: 'EffectWaits',
    nextRetryDelay: Math.max(50, Math.ceil(retryInMs)),
  });
}

function again(name: string, error: string, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${name}: ${error}`,
    type: 'EffectRetry',
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
