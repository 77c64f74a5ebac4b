import type { DecidedEffect } from '../../db/attempts/archive-and-effects';
import { finishEffects } from '../../db/effects/outcomes';
import type { Dependencies } from './dependencies';
import { perform, type TryOutcome } from './perform-effect';

export interface FirstTryResult {
  /** Done or skipped. What is left over is due, or in flight under its lease. */
  finished: ReadonlySet<string>;
  /** Left over, and the receiver sent Retry-After. */
  postponed: ReadonlyMap<string, { notBeforeMs: number }>;
}

/**
 * Gives fresh effects one try within the budget, so that the usual command ends with nothing left over. What is still
 * under way when the budget is over finishes by itself: its lease keeps other workers off, no request is cut
 * short and none is sent twice.
 */
export class FirstTry {
  constructor(private readonly dependencies: Dependencies) {}

  async run(effects: readonly DecidedEffect[]): Promise<FirstTryResult> {
    const leased = effects.filter(({ claimed }) => claimed);
    if (leased.length === 0) return { finished: new Set(), postponed: new Map() };
    const batch = new OutcomeBatch(this.dependencies);
    const all = Promise.all(leased.map(async (effect) => batch.add(await perform(this.dependencies, effect))));
    let timer: NodeJS.Timeout | undefined;
    const budget = new Promise((resolve) => (timer = setTimeout(resolve, this.dependencies.effectBudgetMs)));
    await Promise.race([all, budget]);
    clearTimeout(timer);
    return batch.close();
  }
}

/** Outcomes are written together while the caller waits, and one by one after that. */
class OutcomeBatch {
  private open = true;
  private readonly finished: TryOutcome[] = [];

  constructor(private readonly dependencies: Dependencies) {}

  async add(outcome: TryOutcome): Promise<void> {
    if (this.open) this.finished.push(outcome);
    else await finishEffects(this.dependencies.knex, [outcome]);
  }

  async close(): Promise<FirstTryResult> {
    this.open = false;
    await finishEffects(this.dependencies.knex, this.finished);
    const finished = this.finished.filter(({ state }) => state === 'done' || state === 'skipped');
    const postponed = this.finished.filter(
      ({ state, retryAfterMs }) => state === 'retry' && retryAfterMs !== undefined,
    );
    return {
      finished: new Set(finished.map(({ effectId }) => effectId)),
      postponed: new Map(
        postponed.map(({ effectId, retryAfterMs }) => [effectId, { notBeforeMs: Date.now() + (retryAfterMs ?? 0) }]),
      ),
    };
  }
}
