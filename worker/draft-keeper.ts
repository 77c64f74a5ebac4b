import { performance } from 'node:perf_hooks';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { DraftGateway } from '../clients/temporal/qualification-drafts';
import { draftsToWake, purgeTombstones } from '../db/qualification/keep-drafts';
import { RepeatedPass } from './repeated-pass';

export interface DraftKeeperOptions {
  knex: Knex;
  drafts: Pick<DraftGateway, 'wakeDraft'>;
  /** The API looks at it to be ready, so it is said again and again. */
  offered: { announce: () => Promise<void> };
  log: Logger;
  intervalMs: number;
  /** How long a draft's own workflow has to do its work before it is woken. */
  graceMs: number;
  draftExpiresMs: number;
  tombstoneMs: number;
}

const BATCH = 100;
const ANNOUNCE_EVERY_MS = 30_000;

/**
 * Finds drafts whose workflow should have worked out a preview, or ended them, and wakes it: whatever becomes of Temporal,
 * nothing stays half done. Forgets drafts that ended long ago, and says which rules this worker has.
 */
export class DraftKeeper {
  private readonly passes: RepeatedPass;
  private announcedAtMs = -Infinity;

  constructor(private readonly options: DraftKeeperOptions) {
    const { log, intervalMs } = options;
    this.passes = new RepeatedPass({ name: 'drafts', pass: () => this.runOnce(), log, pauseMs: () => intervalMs });
  }

  start(): void {
    this.passes.start();
  }

  /** Resolves when the current pass is over. */
  stop(): Promise<void> {
    return this.passes.stop();
  }

  /** One pass. @returns how many were woken. One that can't be woken stops no other. */
  async runOnce(): Promise<number> {
    const { knex, drafts, log, tombstoneMs } = this.options;
    await this.announce();
    await purgeTombstones(knex, { tombstoneMs, limit: BATCH });
    const found = await draftsToWake(knex, { ...this.options, limit: BATCH });
    for (const ref of found) {
      try {
        await drafts.wakeDraft(ref);
      } catch (error) {
        log.warn({ err: error, draftId: ref.draftId }, 'drafts: one could not be woken');
      }
    }
    return found.length;
  }

  private async announce(): Promise<void> {
    if (performance.now() - this.announcedAtMs < ANNOUNCE_EVERY_MS) return;
    await this.options.offered.announce();
    this.announcedAtMs = performance.now();
  }
}
