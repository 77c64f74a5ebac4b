import type { AttemptActivities } from '../../contracts/attempts/activities';
import { leaseEffect } from '../../db/effects/leases';
import { finishEffects } from '../../db/effects/outcomes';
import { withHeartbeat } from '../heartbeat';
import { nextTryInMs, pauseBeforeNextTry, retryFailure } from '../retry';
import type { Dependencies } from './dependencies';
import { perform } from './perform-effect';

const WAITS = 'EffectWaits';
/** First and longest pause of an effect that waits for another on its target. */
const TURN_BACKOFF = { firstMs: 250, maxMs: 30_000 };

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
      if (Date.now() < notBeforeMs) throw retryFailure(WAITS, 'the receiver asked to wait', notBeforeMs - Date.now());
      const lease = await leaseEffect(knex, effectId, effectLeaseMs);
      if (lease.state === 'busy') throw retryFailure(WAITS, 'another worker holds the lease', lease.retryInMs);
      if (lease.state === 'waiting') {
        const retryInMs = Math.min(lease.retryInMs, pauseBeforeNextTry(TURN_BACKOFF));
        throw retryFailure(WAITS, 'an earlier effect on this target comes first', retryInMs);
      }
      if (lease.state === 'missing') return 'skipped';
      if (lease.state !== 'claimed') return lease.state;
      const outcome = await withHeartbeat(() => perform(dependencies, lease.effect));
      const retryInMs = outcome.retryAfterMs ?? nextTryInMs(dependencies.timings);
      await finishEffects(knex, [{ ...outcome, retryInMs }]);
      if (outcome.state !== 'retry') return outcome.state;
      throw retryFailure(
        'EffectRetry',
        `${lease.effect.name}: ${outcome.error ?? 'failed'}`,
        outcome.retryAfterMs || undefined,
      );
    },
    async giveUpEffect({ effectId }) {
      const lease = await leaseEffect(knex, effectId, effectLeaseMs);
      if (lease.state !== 'claimed') return;
      await finishEffects(knex, [{ effectId, state: 'failed', error: 'gave up: the whole retry time is over' }]);
    },
  };
}
