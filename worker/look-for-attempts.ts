import type { Knex } from 'knex';
import { type AttemptKey, examAttemptWorkflowId, wakeSignal } from '../contracts/attempts/messages';
import { raiseAttention } from '../db/attempts/attention';
import { findOwnerRef } from '../db/attempts/refs';
import {
  confirmVersion,
  type LookLimits,
  overdueAttempts,
  overdueReviews,
  ownersOfEffects,
  unconfirmedAttempts,
} from '../db/attempts/relay';
import { markUnserved } from '../db/attempts/unserved';
import type { LookName } from './relay-metrics';
import type { RelayOptions } from './relay-options';
import { OwnerWaker } from './wake-owners';

type Options = Omit<RelayOptions, 'publishing'>;
type Find = (knex: Knex, limits: LookLimits) => Promise<AttemptKey[]>;

const BATCH = 200;
/** After an outage many are overdue at once: so many batches are woken in one pass. */
const MAX_BATCHES = 5;
/** How often attempts are held against the configured providers. */
const COMPARE_EVERY_MS = 300_000;

/** Finds attempts with work that is left, or past their time, and wakes their workflows. */
export class AttemptLooks {
  private readonly waker: OwnerWaker<AttemptKey>;
  private comparedAtMs = -Infinity;

  constructor(private readonly options: Options) {
    const { knex, graceMs, log, metrics } = options;
    const onStuck = (key: AttemptKey): Promise<void> => raiseAttention(knex, key, 'stuck');
    this.waker = new OwnerWaker({ graceMs, log, metrics, idOf: examAttemptWorkflowId, onStuck });
  }

  /** Each looks on its own. */
  looks(): (() => Promise<number>)[] {
    return [
      () => this.look('deadlines', overdueAttempts),
      () => this.look('effects', ownersOfEffects),
      () => this.look('reviews', overdueReviews),
      () => this.confirm(),
      () => this.compareProviders(),
    ];
  }

  private async look(name: LookName, find: Find): Promise<number> {
    let woken = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const owners = await find(this.options.knex, this.limits());
      woken += await this.waker.wakeAll(name, owners, (key) => this.wake(key));
      if (owners.length < BATCH) break;
    }
    return woken;
  }

  /** A workflow that knows the newest version of its row is not disturbed: that it does is all that was in doubt. */
  private async confirm(): Promise<number> {
    const attempts = await unconfirmedAttempts(this.options.knex, this.limits());
    return this.waker.wakeAll('versions', attempts, async ({ version, ...key }) =>
      (await this.isKnown(key, version)) ? false : this.wake(key),
    );
  }

  /** At the first pass and then every few minutes: who configured a provider anew, or dropped one, started this process. */
  private async compareProviders(): Promise<number> {
    const { knex, providers: configured } = this.options;
    if (!configured || performance.now() - this.comparedAtMs < COMPARE_EVERY_MS) return 0;
    const changed = await markUnserved(knex, { configured, limit: BATCH });
    if (changed.length < BATCH) this.comparedAtMs = performance.now();
    return this.waker.wakeAll('providers', changed, (key) => this.wake(key));
  }

  private async isKnown(key: AttemptKey, version: number): Promise<boolean> {
    const { knex, gateway, log } = this.options;
    const known = (await gateway.peek?.knownVersion(key)) ?? 0;
    if (known < version) return false;
    await confirmVersion(knex, key, version);
    log.debug({ workflowId: examAttemptWorkflowId(key), version }, 'relay: the workflow knows the newest version');
    return true;
  }

  private async wake(key: AttemptKey): Promise<boolean> {
    const { knex, gateway, timings } = this.options;
    const ref = await findOwnerRef(knex, key);
    if (ref) await gateway.signalWithStart(ref, wakeSignal, [], timings);
    return ref !== undefined;
  }

  private limits(): LookLimits {
    return { graceMs: this.options.graceMs, limit: BATCH, resting: this.waker.resting() };
  }
}
