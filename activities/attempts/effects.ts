import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import { leaseEffect } from '../../db/effects/leases';
import { finishEffects } from '../../db/effects/outcomes';
import { backoffMs } from '../../domain/backoff';
import { withHeartbeat } from '../heartbeat';
import type { Dependencies } from './dependencies';
import { perform } from './perform-effect';

const WAIT_BACKOFF = { firstMs: 250, maxMs: 30_000 };

/**
 * Effects that their first try left over, done by Temporal's retries. The lease in the database keeps them in
 * order on their target and single: two calls, even at the same time, send one request.
 */
export function effectActivities(
  dependencies: Dependencies,
): Pick<AttemptActivities, 'performEffect' | 'giveUpEffect'> {
  const { knex, effectLeaseMs } = dependencies;
  return {
    async performEffect({ effectId, notBeforeMs = 0 }) {
      if (Date.now() < notBeforeMs) throw retryLater(notBeforeMs - Date.now(), 'the receiver asked to wait');
      const lease = await leaseEffect(knex, effectId, effectLeaseMs);
      if (lease.state === 'busy') throw retryLater(lease.retryInMs, 'another worker holds the lease');
      if (lease.state === 'waiting')
        throw retryLater(waitBackoffMs(lease.retryInMs), 'an earlier effect on this target comes first');
      if (lease.state === 'missing') return 'skipped';
      if (lease.state !== 'claimed') return lease.state;
      const outcome = await withHeartbeat(() => perform(dependencies, lease.effect));
      const retryInMs = outcome.retryAfterMs ?? nextTryInMs(dependencies);
      await finishEffects(knex, [{ ...outcome, retryInMs }]);
      if (outcome.state !== 'retry') return outcome.state;
      throw retryAfterFailure(lease.effect.name, outcome.error ?? 'failed', outcome.retryAfterMs);
    },
    async giveUpEffect({ effectId }) {
      const lease = await leaseEffect(knex, effectId, effectLeaseMs);
      if (lease.state !== 'claimed') return;
      await finishEffects(knex, [{ effectId, state: 'failed', error: 'gave up: the whole retry time is over' }]);
    },
  };
}

/** The pause Temporal will make before the next try (workflows/activity-options.ts, effectOptions). */
function nextTryInMs({ timings }: Dependencies): number {
  const { effectRetryInitialMs: firstMs, effectRetryMaxMs: maxMs } = timings;
  return backoffMs(activityInfo().attempt - 1, { firstMs, maxMs });
}

function waitBackoffMs(retryInMs: number): number {
  return Math.min(retryInMs, backoffMs(activityInfo().attempt - 1, WAIT_BACKOFF));
}

function retryLater(retryInMs: number, why: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: why,
    type: 'EffectWaits',
    nextRetryDelay: Math.max(50, Math.ceil(retryInMs)),
  });
}

function retryAfterFailure(name: string, error: string, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${name}: ${error}`,
    type: 'EffectRetry',
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
