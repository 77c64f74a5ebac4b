import pMap from 'p-map';
import { tryReconcileLock } from '../../db/core/locks';
import { RepeatedPass } from '../repeated-pass';
import { attemptDisagreement, courseDisagreement, type Disagreement } from './compare';
import type { ReconcilerOptions } from './options';
import { ReconcilePages } from './pages';
import { repair } from './repair';

const SETTLE_MS = 3_000;
const BATCH = 200;
const CONCURRENCY = 5;
/** A pass ends within the time limit of an idle transaction, whatever it found. */
const MOST_MENDED = 500;
const FIRST_WITHIN_MS = 10_000;
/** Until another worker's batch is over. */
const OTHERS_MS = 500;

/**
 * Compares some of the rows with their workflows, at start and every few minutes, and mends by the rule "the row decides". Where all
 * agrees that is all; where something does not, it goes on at once until every row has been looked at: so a lost database of Temporal
 * is mended with nobody there. One worker at a time does it.
 */
export class Reconciler {
  private readonly passes: RepeatedPass;
  private readonly pages: ReconcilePages;
  /** Mended since all last agreed; null while all agrees. */
  private mending: number | null = null;
  private left = 0;

  constructor(private readonly options: ReconcilerOptions) {
    this.pages = new ReconcilePages(options.knex, options.batch ?? BATCH);
    const { log, metrics, intervalMs } = options;
    this.passes = new RepeatedPass({
      name: 'reconcile',
      pass: () => this.runOnce(),
      log,
      onEnd: (result) => metrics?.passed(result),
      firstPauseMs: Math.random() * Math.min(intervalMs, FIRST_WITHIN_MS),
      pauseMs: () => intervalMs * (0.75 + Math.random() / 2),
    });
  }

  start(): void {
    if (this.options.intervalMs > 0) this.passes.start();
  }

  /** Resolves when the current pass is over. */
  stop(): Promise<void> {
    return this.passes.stop();
  }

  /** For `/readyz`: what is being mended. */
  warnings(): string[] {
    if (this.mending === null) return [];
    const left = this.left === 0 ? '' : `, ${this.left} could not be`;
    return [
      `Rows and workflows disagreed: ${this.mending} mended so far${left}. This goes on until all were compared.`,
    ];
  }

  /** One batch, or all of them once one had something to mend. @returns how much was mended. */
  async runOnce(): Promise<number> {
    let mended = 0;
    while (!this.passes.isStopping) {
      const found = await this.lockedBatch();
      if (found === null && this.mending === null) break;
      if (found === null) await this.passes.rest(OTHERS_MS);
      else mended += found;
      if (found !== null && this.isRoundOver(found)) break;
    }
    return mended;
  }

  /** The first disagreement begins a round over all rows. */
  private isRoundOver(found: number): boolean {
    if (this.mending === null && found === 0) return true;
    const begins = this.mending === null;
    this.mending = (this.mending ?? 0) + found;
    if (begins) this.pages.restart();
    const isOver = !begins && this.pages.isAtStart;
    if (isOver) [this.mending, this.left] = [null, 0];
    return isOver;
  }

  /** Null: another worker is at it. */
  private lockedBatch(): Promise<number | null> {
    return this.options.knex.transaction(async (trx) => ((await tryReconcileLock(trx)) ? this.mendBatch() : null));
  }

  private async mendBatch(): Promise<number> {
    const { knex, gateway, timings, settleMs = SETTLE_MS } = this.options;
    const context = { knex, gateway, timings, settleMs };
    const { attempts, courses } = await this.pages.next();
    const checks = [
      ...attempts.map((key) => () => attemptDisagreement(context, key)),
      ...courses.map((courseId) => () => courseDisagreement(context, courseId)),
    ];
    let mended = 0;
    const checkAndMend = async (check: () => Promise<Disagreement | null>): Promise<void> => {
      if (mended >= MOST_MENDED) return;
      const found = await check();
      if (found && (await this.mend(found, () => repair(context, found)))) mended += 1;
    };
    await pMap(checks, checkAndMend, { concurrency: CONCURRENCY });
    return mended;
  }

  private async mend({ kind, workflowId, detail }: Disagreement, repairIt: () => Promise<void>): Promise<boolean> {
    const { log, metrics } = this.options;
    try {
      await repairIt();
      metrics?.mended(kind);
      log.warn({ workflowId, kind, detail }, 'reconcile: mended, the row decides');
      return true;
    } catch (error) {
      this.left += 1;
      metrics?.left(kind);
      log.warn({ workflowId, kind, detail, err: error }, 'reconcile: not mended, it is tried again later');
      return false;
    }
  }
}
