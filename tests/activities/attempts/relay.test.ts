import pino from 'pino';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { beginRequest } from '../../../db/requests/idempotency';
import { Relay } from '../../../worker/relay';
import { AttemptFixture } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
beforeEach(() => {
  fixture.woken.length = 0;
});
afterEach(() => fixture.simulator.faults.clear());
afterAll(() => fixture.stop());

const relayWith = (graceMs: number): Relay => {
  const { knex, gateway, timings } = fixture.dependencies;
  return new Relay({ knex, gateway, timings, graceMs, intervalMs: 60_000, log: pino({ level: 'silent' }) });
};
const wokenFor = ({ userId }: AttemptKey) => fixture.woken.filter((key) => key.userId === userId);
const load = (key: AttemptKey) => fixture.activities.loadAttempt({ key, nowMs: Date.now() });

describe('The relay', () => {
  it('wakes the owner of a running exam whose newest version no workflow has seen, until one has', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'started');
    await relayWith(0).runOnce();
    expect(wokenFor(key)).toEqual([key]);
    expect(await load(key)).toMatchObject({ version: 2, attempt: { status: 'started', version: 2 } });
    await relayWith(0).runOnce();
    expect(wokenFor(key)).toHaveLength(1);
  });

  it('wakes the owner of an effect that no worker is performing', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'submitted');
    await load(key);
    await relayWith(0).runOnce();
    expect(wokenFor(key)).toEqual([]);

    fixture.simulator.faults.set('credit', { status: 503 });
    await fixture.change(key, 'verified');
    await load(key);
    await relayWith(0).runOnce();
    expect(wokenFor(key)).toEqual([key]);
  });

  it('leaves fresh work to its owner for the grace time', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'started');
    await relayWith(60_000).runOnce();
    expect(wokenFor(key)).toEqual([]);
  });

  it('forgets expired answers at its first look, and then once an hour', async () => {
    const { knex } = fixture.dependencies;
    const expired = (key: string) =>
      beginRequest(knex, { key, principal: 'p', fingerprint: 'f', commandId: key, lockMs: 1, keepMs: -1_000 });
    const kept = async () => (await knex('idempotency_keys').select<{ key: string }[]>('key')).map(({ key }) => key);
    const relay = relayWith(60_000);
    await expired('one');
    await relay.runOnce();
    expect(await kept()).toEqual([]);
    await expired('two');
    await relay.runOnce();
    expect(await kept()).toEqual(['two']);
    await relayWith(60_000).runOnce();
    expect(await kept()).toEqual([]);
  });

  it('goes on when Temporal cannot be reached, and wakes the owner at the next look', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'started');
    const { knex, timings } = fixture.dependencies;
    const down = { signalWithStart: () => Promise.reject(new Error('down')) };
    const log = pino({ level: 'silent' });
    const blind = new Relay({ knex, timings, gateway: down, graceMs: 0, intervalMs: 60_000, log });
    await expect(blind.runOnce()).rejects.toThrow('down');
    await relayWith(0).runOnce();
    expect(wokenFor(key)).toEqual([key]);
  });
});

describe('Loading an attempt', () => {
  it('tells what is due and under which clock, and nothing of an attempt that never was', async () => {
    const key = await fixture.newKey();
    const nothing = { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
    expect(await load(key)).toEqual(nothing);
  });

  it('shows a removed attempt as it was when it was removed', async () => {
    const key = await fixture.created();
    await fixture.decide(key, { type: 'remove' });
    expect(await load(key)).toMatchObject({ attempt: { isArchived: true, phase: 'removed', status: 'created' } });
  });
});
