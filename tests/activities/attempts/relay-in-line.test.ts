import pino from 'pino';
import { Relay } from '../../../worker/relay';
import { AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterAll(() => fixture.stop());

describe('The relay during an outage', () => {
  it('wakes nobody for an effect that waits behind another one, which is being tried', async () => {
    const key = await fixture.created();
    fixture.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { status: 503 });
    await fixture.change(key, 'started');
    await fixture.change(key, 'submitted');
    await fixture.activities.loadAttempt({ key, nowMs: Date.now() });
    const due = fixture.knex('effects').where({ user_id: key.userId, state: 'due' });
    const names = await due.clone().orderBy('id').pluck('name');
    expect(names).toEqual(['provider.start', 'provider.stop']);
    await due
      .clone()
      .where({ name: 'provider.start' })
      .update({ lease_until: new Date(Date.now() + 60_000) });

    const { knex, gateway, timings } = fixture.dependencies;
    const log = pino({ level: 'silent' });
    await new Relay({ knex, gateway, timings, graceMs: 0, intervalMs: 60_000, log }).runOnce();
    expect(fixture.woken.filter(({ userId }) => userId === key.userId)).toEqual([]);
  });
});
