import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import type { AttemptTimings, DueEffect } from '../../contracts/attempts/messages';
import { effectOptions } from '../activity-options';

/** Performs effects whose first try did not succeed: one activity each, those on one target in order. */
export class EffectRunner {
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly lastOfTarget = new Map<string, Promise<void>>();

  constructor(
    private readonly timings: AttemptTimings,
    private readonly failEffect: (effectId: string) => Promise<void>,
    private readonly onEnd: () => void,
  ) {}

  /** Number of effects under way. */
  get pending(): number {
    return this.underWay.size;
  }

  /** Starts due effects not under way yet. */
  run(due: readonly DueEffect[]): void {
    for (const effect of due) {
      if (this.underWay.has(effect.effectId)) continue;
      const previous = this.lastOfTarget.get(effect.target) ?? Promise.resolve();
      const run = previous.then(() => this.perform(effect));
      this.underWay.set(effect.effectId, run);
      this.lastOfTarget.set(effect.target, run);
    }
  }

  private async perform({ effectId, name, notBeforeMs }: DueEffect): Promise<void> {
    const activities = proxyActivities<Pick<AttemptActivities, 'performEffect'>>(effectOptions(this.timings, name));
    try {
      await activities.performEffect({ effectId, ...(notBeforeMs === undefined ? {} : { notBeforeMs }) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      await this.failEffect(effectId);
    }
    this.underWay.delete(effectId);
    this.onEnd();
  }
}
