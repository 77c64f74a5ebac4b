import { ApplicationFailure } from '@temporalio/common';
import { type AttemptActivities, EFFECT_FAILED } from '../../contracts/attempts/activities';
import type { EffectToDo } from '../../db/effects/effects';
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
      if (lease.state === 'failed') throw finalFailure(lease);
      if (lease.state !== 'claimed') return lease.state;
      return performLeased(dependencies, lease.effect);
    },
    async giveUpEffect({ effectId }) {
      const lease = await leaseEffect(knex, effectId, effectLeaseMs);
      if (lease.state !== 'claimed') return;
      const { lastError } = lease.effect;
      const error = `gave up: the whole retry time is over${lastError ? `; ${lastError}` : ''}`;
      await finishEffects(knex, [{ effectId, state: 'failed', error }]);
    },
  };
}

/** Shown in Temporal's UI as a failed activity: which effect, and why. */
function finalFailure({
  name,
  lastError,
}: {
  name: string;
  lastError?: string | null | undefined;
}): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${name} failed: ${lastError ?? 'no reason is known'}`, EFFECT_FAILED);
}

/** @throws ApplicationFailure when it did not succeed: to be tried again, or for good. */
async function performLeased(dependencies: Dependencies, effect: EffectToDo): Promise<'done' | 'skipped'> {
  const outcome = await withHeartbeat(() => perform(dependencies, effect));
  const retryInMs = outcome.retryAfterMs ?? nextTryInMs(dependencies.timings);
  await finishEffects(dependencies.knex, [{ ...outcome, retryInMs }]);
  if (outcome.state === 'failed') throw finalFailure({ name: effect.name, lastError: outcome.error });
  if (outcome.state !== 'retry') return outcome.state;
  throw retryFailure('EffectRetry', `${effect.name}: ${outcome.error ?? 'failed'}`, outcome.retryAfterMs || undefined);
}
