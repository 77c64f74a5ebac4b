import type { StoredChannel } from '../../../db/exports/channels';
import { listTransmissions } from '../../../db/exports/ledger-list';
import { resolveHeld, type ResolveResult } from '../../../db/exports/resolve-held';
import { updateRun } from '../../../db/exports/runs';
import { storeResults, takeOver } from '../../../db/exports/transmission-results';
import { type NewLedgerEntry, reserveBatch, type ReservedEntry } from '../../../db/exports/transmissions';
import { anExportCommand, exportTarget } from '../../../dev/export-command';
import { type Resolution } from '../../../domain/exports/transmissions';
import { auditOf } from '../../support/audit-log';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { aLedgerEntry, aRun, NOW, RUN_ID } from '../../support/export-builders';
import { played } from '../../support/export-runner';

let fixture: ExportActivitiesFixture;

beforeAll(async () => {
  fixture = await ExportActivitiesFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.quiet());

const BY = { actor: 'dev|operator', requestId: 'r-1', at: NOW };

const resolved = (channel: StoredChannel, transmissionId: string, as: Resolution, knex = fixture.knex) =>
  resolveHeld(knex, { customerId: channel.customerId, transmissionId, as }, BY);

/** The numbers of the ledger's rows in this state, by enrollment. */
async function ledger(channel: StoredChannel, state: 'held' | 'sent' | 'failed'): Promise<Record<string, string>> {
  const { items } = await listTransmissions(fixture.knex, { customerId: channel.customerId, state }, { limit: 50 });
  return Object.fromEntries(items.map(({ enrollmentId, id }) => [enrollmentId, id]));
}

const audited = (transmissionId: string): Promise<unknown[]> => auditOf(fixture.knex, `transmission:${transmissionId}`);

test('What a person saw at the channel is not sent again; what never arrived is sent by the next export.', async () => {
  const oneTokenForAll = { companyId: 'acme', userId: 'admin', preventSelfSubmit: true };
  const channel = await fixture.aCustomer('SAP', 3, { options: oneTokenForAll });
  await played(
    fixture.activities,
    exportTarget(channel, { enrollmentId: '1' }),
    anExportCommand({ learnerId: 'u1', courseRunId: RUN_ID }),
  );
  fixture.simulator.faults.set('channel:sap', { dropAnswer: true });
  expect((await played(fixture.activities, exportTarget(channel))).end.totals).toMatchObject({
    unchanged: 1,
    failed: 2,
  });
  fixture.simulator.faults.clear();
  const unresolved = await played(fixture.activities, exportTarget(channel));
  expect(unresolved.end.totals).toMatchObject({ sent: 0, unchanged: 1, reasons: { 'in-doubt': 2 } });

  const held = await ledger(channel, 'held');
  expect(Object.keys(held)).toEqual(['2', '3']);
  expect(await resolved(channel, held['2'] as string, 'sent')).toMatchObject({ agrees: true });
  expect(await resolved(channel, held['3'] as string, 'not-sent')).toMatchObject({ agrees: true });

  const { end } = await played(fixture.activities, exportTarget(channel));
  expect(end).toMatchObject({ status: 'completed', attention: null, totals: { sent: 1, unchanged: 2, failed: 0 } });
  const records = fixture.simulator.channels.state('sap').records();
  expect(records.map(({ accepted }) => accepted)).toEqual([1, 1, 2]);
  expect(await ledger(channel, 'held')).toEqual({});
  const resent = await played(fixture.activities, exportTarget(channel), anExportCommand({ skipTransmitted: false }));
  expect(resent.end.totals).toMatchObject({ sent: 3, failed: 0 });
});

describe('Of a row in the ledger', () => {
  let channel: StoredChannel;

  beforeEach(async () => {
    channel = await fixture.aCustomer('SAP', 2);
  });

  async function claimEntry(entry: NewLedgerEntry): Promise<ReservedEntry> {
    const run = await aRun(fixture.knex, channel);
    const batch = { customerId: channel.customerId, configurationId: channel.id, level: 'completion' as const };
    const [claimedEntry] = await reserveBatch(fixture.knex, {
      ...batch,
      runId: run.id,
      resend: false,
      now: NOW,
      entries: [entry],
    });
    await updateRun(fixture.knex, run.id, { status: 'completed' }, NOW);
    return claimedEntry as ReservedEntry;
  }

  async function endedEntry(entry: NewLedgerEntry, state: 'held' | 'sent'): Promise<string> {
    const { transmissionId } = await claimEntry(entry);
    const how = { errorMessage: state === 'held' ? 'in-doubt: timeout' : '', statusCode: null, response: null };
    await storeResults(fixture.knex, [{ transmissionId, state, ...how }], NOW);
    return transmissionId;
  }

  const passed = aLedgerEntry(1);
  const failed = aLedgerEntry(1, { contentHash: 'failed', grade: 'Fail' });

  test('the same resolution twice is one change, and another one is refused; of both at once, one counts.', async () => {
    const id = await endedEntry(passed, 'held');
    const pool = [fixture.knex, fixture.knex, fixture.knex, fixture.knex];
    const words = ['sent', 'not-sent', 'sent', 'not-sent'] as const;
    const answers = await Promise.all(pool.map((knex, at) => resolved(channel, id, words[at] as Resolution, knex)));
    const agreed = words.filter((_word, at) => (answers[at] as NonNullable<ResolveResult>).agrees);
    expect(agreed).toHaveLength(2);
    expect(new Set(agreed).size).toBe(1);
    const [said] = agreed;
    expect(await resolved(channel, id, said as Resolution)).toMatchObject({ agrees: true, resolvedAs: said });
    expect(await audited(id)).toMatchObject([
      { actor: 'dev|operator', action: 'transmission.resolved', requestId: 'r-1', detail: { as: said } },
    ]);
  });

  test('another customer cannot see it.', async () => {
    const id = await endedEntry(passed, 'held');
    const other = await fixture.aCustomer('SAP', 1);
    expect(await resolved(other, id, 'sent')).toBeNull();
    expect(await resolved(channel, '999999999', 'sent')).toBeNull();
    expect(Object.values(await ledger(channel, 'held'))).toEqual([id]);
    expect(await audited(id)).toEqual([]);
  });

  test.each(['sent', 'not-sent'] as const)(
    'cannot be resolved (%s) while it is being sent or after it has ended by itself.',
    async (as) => {
      const under = await claimEntry(passed);
      expect(await resolved(channel, under.transmissionId, as)).toMatchObject({ agrees: false, state: 'sending' });
      const id = await endedEntry(failed, 'sent');
      expect(await resolved(channel, id, as)).toMatchObject({ agrees: false, state: 'sent', resolvedAs: null });
      expect([...(await audited(id)), ...(await audited(under.transmissionId))]).toEqual([]);
    },
  );

  test('a later run takes over what is held, and not what a person has resolved.', async () => {
    const [first, second] = [await endedEntry(passed, 'held'), await endedEntry(failed, 'held')];
    await resolved(channel, first, 'not-sent');
    const later = await aRun(fixture.knex, channel);
    expect(await takeOver(fixture.knex, later.id, [first, second])).toEqual([second]);
    expect(await resolved(channel, second, 'sent')).toMatchObject({ agrees: false, state: 'sending' });
    expect(await claimEntry(passed)).toMatchObject({ state: 'new' });
  });

  test('seen at the channel, it replaces what was accepted before it.', async () => {
    await endedEntry(passed, 'sent');
    await resolved(channel, await endedEntry(failed, 'held'), 'sent');
    expect(await claimEntry(failed)).toMatchObject({ state: 'sent' });
    expect(await claimEntry(passed)).toMatchObject({ state: 'new' });
  });

  test('seen at the channel after something newer was accepted, it can be sent once more.', async () => {
    const older = await endedEntry(passed, 'held');
    await endedEntry(failed, 'sent');
    await resolved(channel, older, 'sent');
    expect(await claimEntry(failed)).toMatchObject({ state: 'sent' });
    expect(await claimEntry(passed)).toMatchObject({ state: 'new' });
  });
});
