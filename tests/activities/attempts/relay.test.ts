import pino from 'pino';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { unservedWarnings } from '../../../db/health/unserved';
import { beginRequest } from '../../../db/requests/idempotency';
import { Relay } from '../../../worker/relay';
import { AttemptFixture, FIXTURE_PROVIDER, IMPATIENT } from '../../support/attempt-fixture';
import { storeCallback } from '../../support/stored-callback';

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

const relayWith = (graceMs: number, providers?: readonly string[]): Relay => {
  const { knex, gateway, timings } = fixture.dependencies;
  const options = { knex, gateway, timings, graceMs, intervalMs: 60_000, log: pino({ level: 'silent' }) };
  return new Relay(providers ? { ...options, providers } : options);
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

  it('marks attempts with work ahead at a provider nobody configured, and takes the mark away when it is there again', async () => {
    const [open, awaited, decided] = [await fixture.created(), await fixture.created(), await fixture.created()];
    await fixture.change(awaited, 'submitted');
    for (const status of ['submitted', 'verified']) await fixture.change(decided, status);
    const marks = async () =>
      Promise.all([open, awaited, decided].map(async (key) => (await fixture.attempt(key)).needsAttention));
    await relayWith(60_000, [IMPATIENT]).runOnce();
    expect(await marks()).toEqual([['provider-not-configured'], ['provider-not-configured'], []]);
    expect([wokenFor(open), wokenFor(awaited), wokenFor(decided)]).toEqual([[open], [awaited], []]);
    expect(await unservedWarnings(fixture.knex)).toEqual([
      expect.stringMatching(
        /^\d+ attempts have work ahead at the provider psi, which INVIGIL_PROVIDERS does not name$/,
      ),
    ]);
    await relayWith(60_000, [IMPATIENT, FIXTURE_PROVIDER]).runOnce();
    expect(await marks()).toEqual([[], [], []]);
    expect(await unservedWarnings(fixture.knex)).toEqual([]);
  });

  it('keeps reviews of a provider nobody configured until it is there again: its rules are not known', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'submitted');
    await load(key);
    const inboxId = await storeCallback(fixture, key);
    await relayWith(60_000, [IMPATIENT]).runOnce();
    fixture.woken.length = 0;
    await relayWith(60_000, [IMPATIENT]).runOnce();
    expect(wokenFor(key)).toEqual([]);
    await relayWith(60_000, [FIXTURE_PROVIDER]).runOnce();
    expect(wokenFor(key).length).toBeGreaterThan(0);
    expect(await fixture.decide(key, { type: 'review', inboxId })).toMatchObject({ kind: 'applied' });
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
      beginRequest(knex, {
        key,
        principal: 'p',
        fingerprint: 'f',
        commandId: key,
        requestId: 'q',
        reason: null,
        lockMs: 1,
        keepMs: -1_000,
      });
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
