import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import type { AttemptTimings, DueEffect } from '../../contracts/attempts/messages';
import { effectOptions } from '../activity-options';

/** Sees effects through that their first try left over: one activity each, those on one target in order. */
export class EffectRunner {
  private readonly known = new Map<string, Promise<void>>();
  private readonly tails = new Map<string, Promise<void>>();

  constructor(
    private readonly timings: AttemptTimings,
    private readonly giveUp: (effectId: string) => Promise<void>,
    private readonly onEnd: () => void,
  ) {}

  /** Number of effects under way. */
  get pending(): number {
    return this.known.size;
  }

  /** Starts what is due and not under way yet. */
  run(due: readonly DueEffect[]): void {
    for (const effect of due) {
      if (this.known.has(effect.effectId)) continue;
      const before = this.tails.get(effect.target) ?? Promise.resolve();
      const run = before.then(() => this.perform(effect));
      this.known.set(effect.effectId, run);
      this.tails.set(effect.target, run);
    }
  }

  private async perform({ effectId, name, notBeforeMs }: DueEffect): Promise<void> {
    const activities = proxyActivities<Pick<AttemptActivities, 'performEffect'>>(effectOptions(this.timings, name));
    try {
      await activities.performEffect({ effectId, ...(notBeforeMs === undefined ? {} : { notBeforeMs }) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      await this.giveUp(effectId);
    }
    this.known.delete(effectId);
    this.onEnd();
  }
}
