import type { Knex } from 'knex';
import type { CallbacksBenchOptions } from './options';
import { attemptCode, CALLBACKS_VARIANTS, type CallbacksVariantName, WARM_UP } from './plan';
import { seedAttempts } from './seed';
import type { CallbacksStage } from './stage';
import type { CallbacksTurn, Vendor } from './vendor';

const STORED: Record<CallbacksVariantName, string> = { invigil: 'review_inbox', insert: 'bench_callbacks' };

/** Both variants in alternating order, round by round, counting rows after each turn. */
export class CallbacksRounds {
  readonly turns = new Map<CallbacksVariantName, CallbacksTurn[]>(CALLBACKS_VARIANTS.map((name) => [name, []]));

  constructor(
    private readonly stage: CallbacksStage,
    private readonly knex: Knex,
    private readonly vendor: Vendor,
    private readonly options: CallbacksBenchOptions,
    private readonly log: (line: string) => void,
  ) {}

  async run(examId: number): Promise<void> {
    const { rounds, callbacks } = this.options;
    for (let round = 0; round <= rounds; round += 1) {
      const count = round === 0 ? WARM_UP : callbacks;
      await seedAttempts(this.knex, examId, round, count);
      await this.knex.raw('analyze attempts');
      const codes = Array.from({ length: count }, (_, index) => attemptCode(round, index));
      const order = round % 2 === 0 ? CALLBACKS_VARIANTS : CALLBACKS_VARIANTS.toReversed();
      for (const name of order) await this.turn(name, round, codes);
    }
  }

  private async turn(name: CallbacksVariantName, round: number, codes: readonly string[]): Promise<void> {
    const { urls, pids } = this.stage;
    const turn = await this.vendor.post(urls[name], codes, this.options.concurrency, pids[name]);
    await this.expectStored(name, codes);
    if (round === 0) return;
    this.turns.get(name)?.push(turn);
    const rate = turn.perSecond.toFixed(0).padStart(6);
    this.log(`round ${round}/${this.options.rounds}  ${name.padEnd(8)} ${rate} callbacks/s`);
  }

  /** One row per callback of the turn, no more and no fewer. */
  private async expectStored(name: CallbacksVariantName, codes: readonly string[]): Promise<void> {
    const query = `select count(*)::int as rows, count(distinct attempt_code)::int as codes from ${STORED[name]}
      where attempt_code = any(?)`;
    const { rows } = await this.knex.raw<{ rows: { rows: number; codes: number }[] }>(query, [[...codes]]);
    const [found] = rows;
    if (found?.rows === codes.length && found.codes === codes.length) return;
    throw new Error(`${name}: ${codes.length} callbacks were answered 202, ${found?.codes ?? 0} are stored.`);
  }
}
