import type { Knex } from 'knex';
import type { SimulatorClient } from '../../dev/simulator/client';
import { CHANGES, CREDIT_LATENCY_MS, FINAL_STATUS, hasEffects, type AttemptsVariantName } from './plan';

/** Looks at rows and at the simulator's log, not at what a variant says of itself. */
export class GroundTruth {
  constructor(
    private readonly knex: Knex,
    private readonly simulator: SimulatorClient,
  ) {}

  async slowCredit(): Promise<void> {
    await this.simulator.faults.set('credit', { latencyMs: CREDIT_LATENCY_MS });
  }

  /**
   * Checks a turn and clears the simulator's log for the next. @throws when an attempt is not in its final status, an
   * effect is not done, or the downstream calls are not one per status change.
   */
  async check(variant: AttemptsVariantName, examId: number, userIds: readonly string[]): Promise<void> {
    const seen = await this.simulator.log();
    await this.simulator.forgetLog();
    const calls = seen.filter(({ service }) => service !== 'token');
    if (!hasEffects(variant)) return equal(`${variant}: calls`, calls.length, 0);
    equal(`${variant}: calls`, calls.length, userIds.length * CHANGES.length);
    equal(`${variant}: credit calls`, calls.filter(({ service }) => service === 'credit').length, calls.length);
    const perLearner = new Map<string | undefined, number>();
    for (const { userId } of calls) perLearner.set(userId, (perLearner.get(userId) ?? 0) + 1);
    for (const userId of userIds) equal(`${variant}: calls for ${userId}`, perLearner.get(userId), CHANGES.length);
    await this.checkRows(variant, examId, userIds);
  }

  private async checkRows(variant: AttemptsVariantName, examId: number, userIds: readonly string[]): Promise<void> {
    const ids = [...userIds];
    const [attempts] = await this.knex('attempts')
      .where({ exam_id: examId, status: FINAL_STATUS })
      .whereIn('user_id', ids)
      .count();
    equal(`${variant}: attempts in status ${FINAL_STATUS}`, Number(attempts?.['count']), ids.length);
    const [effects] = await this.knex('effects')
      .where({ exam_id: examId, state: 'done' })
      .whereIn('user_id', ids)
      .count();
    equal(`${variant}: effects done`, Number(effects?.['count']), ids.length * CHANGES.length);
  }
}

function equal(what: string, actual: number | undefined, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual ?? 0} instead of ${expected}`);
}
