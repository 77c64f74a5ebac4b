import { proxyLocalActivities } from '@temporalio/workflow';
import type { AttemptActivities, Refused } from '../../contracts/attempts/activities';
import type { RetryEffectInput } from '../../contracts/attempts/commands';
import type { AttemptKey, AttemptState, DueEffect } from '../../contracts/attempts/messages';
import { rowOptions } from '../activity-options';
import type { Mutex } from '../mutex';

/** Short statements on the attempt's rows that are no commands, one at a time. */
export class AttemptRows {
  constructor(
    private readonly key: AttemptKey,
    private readonly mutex: Mutex,
  ) {}

  read(): Promise<AttemptState> {
    const { key } = this;
    return this.run('read the row', (local) => local.loadAttempt({ key, nowMs: Date.now() }));
  }

  /** @returns null when the effect has not failed. */
  reopenEffect(input: RetryEffectInput): Promise<AttemptState | Refused | null> {
    const { key } = this;
    return this.run('try a failed effect again', (local) => local.reopenEffect({ key, nowMs: Date.now(), ...input }));
  }

  giveUpEffect({ effectId, name }: DueEffect): Promise<void> {
    return this.run(`give up: ${name}`, (local) => local.giveUpEffect({ effectId }));
  }

  markReviewOverdue(): Promise<void> {
    const { key } = this;
    return this.run('the review is overdue', (local) => local.raiseAttention({ key, reason: 'review-overdue' }));
  }

  private run<T>(summary: string, work: (local: AttemptActivities) => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(() => work(proxyLocalActivities<AttemptActivities>(rowOptions(summary))));
  }
}
