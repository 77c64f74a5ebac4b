import fc from 'fast-check';
import { classic, current } from '../../domain/attempts/rule-sets';
import { providersFor } from '../support/recorded-providers';
import { ChaosStack } from './chaos-stack';
import { expectInvariants, expectRepeatsHarmless } from './interleavings/invariants';
import { type Game, games } from './interleavings/moves';
import { PropertyWorld } from './interleavings/property-world';

jest.setTimeout(300_000);

/** CHAOS_SEED plays other games; a failed test says which one it was. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261);
const TABLES = 6;
const GAMES = 5;
const MOVES = 15;

/** No process is killed here, so work need not be taken over soon; a slow machine must not look like a dead one. */
const PATIENT = { EFFECT_LEASE_MS: '20000', RELAY_GRACE_MS: '3000', ATTEMPT_IDLE_MS: '300' };

describe('commands, callbacks, publishes and deadlines at random, on several attempts at once', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    const providers = (url: string | undefined) => providersFor([classic, current], url);
    chaos = await ChaosStack.open(PATIENT, { providers, temporalFile: false });
  });

  afterAll(() => chaos.close());

  async function play({ ruleSet, moves }: Game): Promise<void> {
    const table = await PropertyWorld.set(chaos, ruleSet);
    await table.play(moves);
    await expectInvariants(table, ruleSet);
    await expectRepeatsHarmless(table);
  }

  test(`keep every invariant in ${TABLES * GAMES} games of ${MOVES} moves (seed ${SEED}).`, async () => {
    const limits = { interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true };
    /** No shrinking: a shorter sequence has other timing, so it would show another failure. */
    const options = { numRuns: GAMES, endOnFailure: true, ...limits };
    const tables = Array.from({ length: TABLES }, (_, at) =>
      fc.assert(fc.asyncProperty(games(MOVES), play), { ...options, seed: SEED + at }),
    );
    const failed = (await Promise.allSettled(tables)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  });
});
