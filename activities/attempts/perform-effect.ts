import { ServiceError } from '../../clients/http/service-error';
import { isBeingRemoved } from '../../db/attempts/commands';
import type { EffectToDo } from '../../db/effects/effects';
import type { EffectResult } from '../../db/effects/outcomes';
import { cascade } from './cascade';
import type { Dependencies } from './dependencies';
import { buildEffectCall } from './effect-calls';
import { SkippedEffect } from './skipped-effect';

export interface TryOutcome extends EffectResult {
  effectId: string;
  /** The receiver's Retry-After, milliseconds. */
  retryAfterMs?: number;
}

/**
 * One try of one leased effect. Never throws: an error becomes an outcome. A 4xx that cannot succeed is `failed`,
 * everything else is tried again; a service left out of the configuration is `skipped`, and so is what has no receiver.
 */
export async function perform(dependencies: Dependencies, effect: EffectToDo): Promise<TryOutcome> {
  const { effectId } = effect;
  try {
    if (effect.action.name === 'cascade') {
      await cascade(dependencies, effect);
      return { effectId, state: 'done' };
    }
    const send = buildEffectCall(dependencies, effect);
    if (!send) return { effectId, state: 'skipped', detail: 'not configured' };
    await send();
    return { effectId, state: 'done' };
  } catch (error) {
    return outcomeOfFailure(dependencies, effect, error).catch((other: unknown) => outcomeOf(effectId, other));
  }
}

async function outcomeOfFailure(dependencies: Dependencies, effect: EffectToDo, error: unknown): Promise<TryOutcome> {
  const { effectId } = effect;
  if (error instanceof SkippedEffect) return { effectId, state: 'skipped', detail: error.detail };
  if (await isGoneOutside(dependencies, effect, error)) return { effectId, state: 'skipped', detail: GONE };
  return outcomeOf(effectId, error);
}

const GONE = 'removed at the provider meanwhile';

/**
 * A removal asks the provider before it writes; a status changed in between is about an attempt the provider has
 * removed already. From everybody else a 404 is a failure.
 */
async function isGoneOutside(
  { knex }: Dependencies,
  { action, examId, userId, attemptId }: EffectToDo,
  error: unknown,
): Promise<boolean> {
  if (!action.name.startsWith('provider.') || !(error instanceof ServiceError) || error.status !== 404) return false;
  return isBeingRemoved(knex, { examId, userId, attemptId });
}

function outcomeOf(effectId: string, error: unknown): TryOutcome {
  if (!(error instanceof ServiceError)) {
    const name = error instanceof Error ? error.name : 'unknown';
    return { effectId, state: 'retry', error: `unexpected ${name}` };
  }
  if (error.kind === 'refused') return { effectId, state: 'failed', error: error.message };
  const { retryAfterMs } = error;
  return { effectId, state: 'retry', error: error.message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
