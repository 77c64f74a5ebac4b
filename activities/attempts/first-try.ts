import { finishEffects } from '../../db/effects/outcomes';
import type { DueOutside } from '../../db/attempts/store-outcome';
import type { Dependencies } from './dependencies';
import { perform, type TryOutcome } from './perform';

export interface Tried {
  /** Done or skipped. What is left over is due, or in flight under its lease. */
  ended: ReadonlySet<string>;
  /** Left over, and the receiver asked for patience. */
  waits: ReadonlyMap<string, { notBeforeMs: number }>;
}

/**
 * Gives fresh effects one try within the budget, so that the usual command ends with nothing left over. What is still
 * under way when the budget is over is left to finish by itself: its lease keeps everybody else off, no request is cut
 * short and none is sent twice.
 */
export class FirstTry {
  constructor(private readonly dependencies: Dependencies) {}

  async of(effects: readonly DueOutside[]): Promise<Tried> {
    const mine = effects.filter(({ claimed }) => claimed);
    if (mine.length === 0) return { ended: new Set(), waits: new Map() };
    const batch = new Batch(this.dependencies);
    const all = Promise.all(mine.map(async (effect) => batch.add(await perform(this.dependencies, effect))));
    let timer: NodeJS.Timeout | undefined;
    const budget = new Promise((resolve) => (timer = setTimeout(resolve, this.dependencies.effectBudgetMs)));
    await Promise.race([all, budget]);
    clearTimeout(timer);
    return batch.close();
  }
}

/** Outcomes are written together while the caller waits, and one by one after that. */
class Batch {
  private open = true;
  private readonly finished: TryOutcome[] = [];

  constructor(private readonly dependencies: Dependencies) {}

  async add(outcome: TryOutcome): Promise<void> {
    if (this.open) this.finished.push(outcome);
    else await finishEffects(this.dependencies.knex, [outcome]);
  }

  async close(): Promise<Tried> {
    this.open = false;
    await finishEffects(this.dependencies.knex, this.finished);
    const ended = this.finished.filter(({ state }) => state === 'done' || state === 'skipped');
    const told = this.finished.filter(({ state, retryAfterMs }) => state === 'retry' && retryAfterMs !== undefined);
    return {
      ended: new Set(ended.map(({ effectId }) => effectId)),
      waits: new Map(
        told.map(({ effectId, retryAfterMs }) => [effectId, { notBeforeMs: Date.now() + (retryAfterMs ?? 0) }]),
      ),
    };
  }
}
