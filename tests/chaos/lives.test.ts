import fc from 'fast-check';
import { providersFor } from '../support/recorded-providers';
import { ChaosStack } from './chaos-stack';
import { expectWellLived, untilSettled } from './lives/invariants';
import { LifeWorld } from './lives/life-world';
import { type Life, lives, RULE_SETS } from './lives/moves';
import { OverdueWatch } from './lives/overdue-watch';

jest.setTimeout(1_800_000);

/** CHAOS_SEED lives other lives, CHAOS_LIVES more of them; a failed test says which one it was. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261);
const LIVES = Number(process.env['CHAOS_LIVES'] ?? 12);
const TABLES = Math.min(LIVES, 4);
const MOVES = 16;

/** The relay's grace and some seconds for a busy machine. */
const BOUND_MS = 25_000;
const SETTINGS = {
  EFFECT_LEASE_MS: '20000',
  RELAY_GRACE_MS: '3000',
  RECONCILE_INTERVAL_MS: '5000',
  ATTEMPT_IDLE_MS: '300',
  DEADLINE_JITTER_MS: '0',
};

describe('statuses, clocks, allowances, publishes, vendors and operators’ hands at random', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    const providers = (url: string | undefined) => providersFor(RULE_SETS, url);
    chaos = await ChaosStack.open(SETTINGS, { providers, temporalFile: false });
  });

  afterAll(() => chaos.close());

  async function live({ vendor, moves }: Life): Promise<void> {
    const world = await LifeWorld.set(chaos, vendor);
    const watch = new OverdueWatch(world.course, BOUND_MS);
    watch.begin();
    try {
      await world.play(moves);
      await untilSettled(world.course, watch);
    } finally {
      await watch.end();
    }
    await expectWellLived(world.course, watch);
  }

  test(`leave every invariant of an attempt standing in ${LIVES} lives of ${MOVES} moves (seed ${SEED}).`, async () => {
    /** No shrinking: a shorter life has other timing, so it would show another failure. */
    const options = { endOnFailure: true, interruptAfterTimeLimit: 1_600_000, markInterruptAsFailure: true };
    const tables = Array.from({ length: TABLES }, (_, at) =>
      fc.assert(fc.asyncProperty(lives(MOVES), live), {
        ...options,
        numRuns: Math.ceil(LIVES / TABLES),
        seed: SEED + at,
      }),
    );
    const failed = (await Promise.allSettled(tables)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  });
});
