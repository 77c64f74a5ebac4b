import pMap from 'p-map';
import type { Logger } from 'pino';
import { OwnerRests } from './owner-rests';
import type { LookName, RelayMetrics } from './relay-metrics';

/** Owners served at the same time. */
const CONCURRENCY = 10;
/** So many in a row could not be woken, and none could: it is not the owners' fault, and the rest is left to the next look. */
const HOPELESS = 10;
/** An owner that had to be woken so often for the same work does not do it. */
const STUCK_AFTER = 4;
const LONGEST_REST_MS = 600_000;

interface WakerOptions<K> {
  graceMs: number;
  log: Logger;
  metrics?: RelayMetrics | undefined;
  idOf: (key: K) => string;
  /** Called when an owner has been woken, or could not be, `STUCK_AFTER` times in a row. */
  onStuck: (key: K) => Promise<void>;
}

/** Wakes owners side by side. One that fails, or does nothing when woken, rests; the others are woken all the same. */
export class OwnerWaker<K> {
  private readonly rests: OwnerRests<K>;

  constructor(private readonly options: WakerOptions<K>) {
    this.rests = new OwnerRests(options.idOf, { firstMs: options.graceMs, maxMs: LONGEST_REST_MS });
  }

  resting(): K[] {
    const resting = this.rests.resting();
    this.options.metrics?.stuck(this.rests.count(STUCK_AFTER));
    return resting;
  }

  isResting(key: K): boolean {
    return this.rests.isResting(key);
  }

  /**
   * @param wake resolves to false when there was no need to.
   * @returns how many were woken. @throws what one failed with, when all did: then Temporal or the database is at fault.
   */
  async wakeAll<T extends K>(
    look: LookName,
    owners: readonly T[],
    wake: (owner: T) => Promise<boolean>,
  ): Promise<number> {
    const failures: { owner: T; error: unknown }[] = [];
    let [served, woken] = [0, 0];
    const serve = async (owner: T): Promise<void> => {
      if (served === 0 && failures.length >= HOPELESS) return;
      try {
        const needed = await wake(owner);
        served += 1;
        if (!needed) return;
        woken += 1;
        await this.noteWoken(look, owner);
      } catch (error) {
        failures.push({ owner, error });
      }
    };
    await pMap(owners, serve, { concurrency: CONCURRENCY });
    if (served === 0 && failures.length > 1) throw failures[0]?.error;
    for (const { owner, error } of failures) await this.noteFailure(look, owner, error);
    if (served === 0 && failures.length > 0) throw failures[0]?.error;
    return woken;
  }

  private async noteWoken(look: LookName, owner: K): Promise<void> {
    const { log, metrics, idOf } = this.options;
    metrics?.woke();
    log.info({ workflowId: idOf(owner), look }, 'relay: woke the owner of work that was left');
    await this.note(owner);
  }

  private async noteFailure(look: LookName, owner: K, error: unknown): Promise<void> {
    const { log, metrics, idOf } = this.options;
    metrics?.ownerFailed(look);
    log.warn(
      { workflowId: idOf(owner), look, err: error },
      'relay: this owner could not be woken, it is tried again later',
    );
    await this.note(owner);
  }

  private async note(owner: K): Promise<void> {
    const tries = this.rests.note(owner);
    if (tries < STUCK_AFTER) return;
    const { log, idOf, onStuck } = this.options;
    await onStuck(owner).catch((error: unknown) =>
      log.warn({ workflowId: idOf(owner), err: error }, 'relay: could not mark the owner as stuck'),
    );
  }
}
