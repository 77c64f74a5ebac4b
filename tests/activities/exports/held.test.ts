import { listAudit } from '../../../db/requests/audit';
import type { StoredChannel } from '../../../db/exports/channels';
import { resolveHeld, type Resolved } from '../../../db/exports/held';
import { listTransmissions, type Resolution } from '../../../db/exports/ledger-list';
import { updateRun } from '../../../db/exports/runs';
import { type Claim, claimBatch, type Claimed, settleBatch, takeOver } from '../../../db/exports/transmissions';
import { aClaim, aRun, NOW, RUN_ID } from './export-builders';
import { anAsk, ExportHouse, targetOf } from './export-house';
import { played } from './export-runner';

let house: ExportHouse;

beforeAll(async () => {
  house = await ExportHouse.start();
});
afterAll(() => house.stop());
beforeEach(() => house.quiet());

const BY = { actor: 'dev|operator', requestId: 'r-1', at: NOW };

const resolved = (channel: StoredChannel, transmissionId: string, as: Resolution, knex = house.knex) =>
  resolveHeld(knex, { customerId: channel.customerId, transmissionId, as }, BY);

/** The numbers of the ledger's rows in this state, by enrollment. */
async function ledger(channel: StoredChannel, state: 'held' | 'sent' | 'failed'): Promise<Record<string, string>> {
  const { items } = await listTransmissions(house.knex, { customerId: channel.customerId, state }, { limit: 50 });
  return Object.fromEntries(items.map(({ enrollmentId, id }) => [enrollmentId, id]));
}

async function audited(transmissionId: string): Promise<unknown[]> {
  const object = `transmission:${transmissionId}`;
  return (await listAudit(house.knex, { object }, { limit: 9, cursor: undefined })).items;
}

test('What a person saw at the channel is not told again; what never arrived is told by the next export.', async () => {
  const oneTokenForAll = { companyId: 'acme', userId: 'admin', preventSelfSubmit: true };
  const channel = await house.aCustomer('SAP', 3, { options: oneTokenForAll });
  await played(
    house.activities,
    targetOf(channel, { enrollmentId: '1' }),
    anAsk({ learnerId: 'u1', courseRunId: RUN_ID }),
  );
  house.simulator.faults.set('channel:sap', { dropAnswer: true });
  expect((await played(house.activities, targetOf(channel))).end.totals).toMatchObject({ unchanged: 1, failed: 2 });
  house.simulator.faults.clear();
  const unresolved = await played(house.activities, targetOf(channel));
  expect(unresolved.end.totals).toMatchObject({ sent: 0, unchanged: 1, reasons: { 'in-doubt': 2 } });

  const held = await ledger(channel, 'held');
  expect(Object.keys(held)).toEqual(['2', '3']);
  expect(await resolved(channel, held['2'] as string, 'sent')).toMatchObject({ agrees: true });
  expect(await resolved(channel, held['3'] as string, 'not-sent')).toMatchObject({ agrees: true });

  const { end } = await played(house.activities, targetOf(channel));
  expect(end).toMatchObject({ status: 'completed', attention: null, totals: { sent: 1, unchanged: 2, failed: 0 } });
  const told = house.simulator.channels.state('sap').records();
  expect(told.map(({ accepted }) => accepted)).toEqual([1, 1, 2]);
  expect(await ledger(channel, 'held')).toEqual({});
  const again = await played(house.activities, targetOf(channel), anAsk({ skipTransmitted: false }));
  expect(again.end.totals).toMatchObject({ sent: 3, failed: 0 });
});

describe('Of a row in the ledger', () => {
  let channel: StoredChannel;

  beforeEach(async () => {
    channel = await house.aCustomer('SAP', 2);
  });

  async function claim(told: Claim): Promise<Claimed> {
    const run = await aRun(house.knex, channel);
    const batch = { customerId: channel.customerId, configurationId: channel.id, level: 'completion' as const };
    const [claimed] = await claimBatch(house.knex, { ...batch, runId: run.id, again: false, now: NOW, claims: [told] });
    await updateRun(house.knex, run.id, { status: 'completed' }, NOW);
    return claimed as Claimed;
  }

  async function ended(told: Claim, state: 'held' | 'sent'): Promise<string> {
    const { transmissionId } = await claim(told);
    const how = { errorMessage: state === 'held' ? 'in-doubt: timeout' : '', statusCode: null, response: null };
    await settleBatch(house.knex, [{ transmissionId, state, ...how }], NOW);
    return transmissionId;
  }

  const passed = aClaim(1);
  const failed = aClaim(1, { contentHash: 'failed', grade: 'Fail' });

  test('the same word twice is one change, and another word is refused; both said at once, one of them counts.', async () => {
    const id = await ended(passed, 'held');
    const pool = [house.knex, house.knex, house.knex, house.knex];
    const words = ['sent', 'not-sent', 'sent', 'not-sent'] as const;
    const answers = await Promise.all(pool.map((knex, at) => resolved(channel, id, words[at] as Resolution, knex)));
    const agreed = words.filter((_word, at) => (answers[at] as NonNullable<Resolved>).agrees);
    expect(agreed).toHaveLength(2);
    expect(new Set(agreed).size).toBe(1);
    const [said] = agreed;
    expect(await resolved(channel, id, said as Resolution)).toMatchObject({ agrees: true, resolvedAs: said });
    expect(await audited(id)).toMatchObject([
      { actor: 'dev|operator', action: 'transmission.resolved', requestId: 'r-1', detail: { as: said } },
    ]);
  });

  test('another customer knows nothing.', async () => {
    const id = await ended(passed, 'held');
    const other = await house.aCustomer('SAP', 1);
    expect(await resolved(other, id, 'sent')).toBeNull();
    expect(await resolved(channel, '999999999', 'sent')).toBeNull();
    expect(Object.values(await ledger(channel, 'held'))).toEqual([id]);
    expect(await audited(id)).toEqual([]);
  });

  test.each(['sent', 'not-sent'] as const)(
    'nothing can be said (%s) where it is under way or has ended by itself.',
    async (as) => {
      const under = await claim(passed);
      expect(await resolved(channel, under.transmissionId, as)).toMatchObject({ agrees: false, state: 'sending' });
      const id = await ended(failed, 'sent');
      expect(await resolved(channel, id, as)).toMatchObject({ agrees: false, state: 'sent', resolvedAs: null });
      expect([...(await audited(id)), ...(await audited(under.transmissionId))]).toEqual([]);
    },
  );

  test('a later run takes over what is held, and not what a person has resolved.', async () => {
    const [first, second] = [await ended(passed, 'held'), await ended(failed, 'held')];
    await resolved(channel, first, 'not-sent');
    const later = await aRun(house.knex, channel);
    expect(await takeOver(house.knex, later.id, [first, second])).toEqual([second]);
    expect(await resolved(channel, second, 'sent')).toMatchObject({ agrees: false, state: 'sending' });
    expect(await claim(passed)).toMatchObject({ state: 'new' });
  });

  test('seen at the channel, it ends the turn of what was accepted before it.', async () => {
    await ended(passed, 'sent');
    await resolved(channel, await ended(failed, 'held'), 'sent');
    expect(await claim(failed)).toMatchObject({ state: 'sent' });
    expect(await claim(passed)).toMatchObject({ state: 'new' });
  });

  test('seen at the channel after something newer was accepted, it can be told once more.', async () => {
    const older = await ended(passed, 'held');
    await ended(failed, 'sent');
    await resolved(channel, older, 'sent');
    expect(await claim(failed)).toMatchObject({ state: 'sent' });
    expect(await claim(passed)).toMatchObject({ state: 'new' });
  });
});
