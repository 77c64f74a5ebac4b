import { ActivityFailure, ApplicationFailure, patched, proxyActivities } from '@temporalio/workflow';
import { type AttemptActivities, EFFECT_FAILED } from '../../contracts/attempts/activities';
import type { AttemptTimings, DueEffect } from '../../contracts/attempts/messages';
import { effectOptions } from '../activity-options';

/** Performs effects whose first try did not succeed: one activity each, those on one target in order. */
export class EffectRunner {
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly lastOfTarget = new Map<string, Promise<void>>();

  constructor(
    private readonly timings: AttemptTimings,
    private readonly failEffect: (effect: DueEffect) => Promise<void>,
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

  private async perform(effect: DueEffect): Promise<void> {
    const { effectId, name, notBeforeMs } = effect;
    const activities = proxyActivities<Pick<AttemptActivities, 'performEffect'>>(effectOptions(this.timings, name));
    try {
      await activities.performEffect({ effectId, ...(notBeforeMs === undefined ? {} : { notBeforeMs }) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (!isInRow(error)) await this.failEffect(effect);
    }
    this.underWay.delete(effectId);
    this.onEnd();
  }
}

/** The row says `failed` already; other failures end a retry time and have to be written (docs/changing-a-workflow.md). */
function isInRow({ cause }: ActivityFailure): boolean {
  return cause instanceof ApplicationFailure && cause.type === EFFECT_FAILED && patched('effect-failed-activity');
}
