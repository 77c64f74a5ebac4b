import type { StoredChannel } from '../../../db/exports/channels';
import { lastAcceptedPayloads, listTransmissions } from '../../../db/exports/ledger-list';
import { type ExportRun, updateRun } from '../../../db/exports/runs';
import { storeResults, type TransmissionResult, takeOver } from '../../../db/exports/transmission-results';
import { type NewLedgerEntry, reserveBatch, type ReservedEntry } from '../../../db/exports/transmissions';
import { aChannel, aLedgerEntry, aRun, enrolled, NOW } from '../../support/export-builders';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let channel: StoredChannel;
let run: ExportRun;

beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  channel = await aChannel(database.db);
  await enrolled(database.db, channel.customerId, 3);
  run = await aRun(database.db, channel);
});

const claimEntries = (
  entries: NewLedgerEntry[],
  { runId = run.id, again: sendAgain = false, db = database.db } = {},
): Promise<ReservedEntry[]> =>
  reserveBatch(db, {
    customerId: channel.customerId,
    configurationId: channel.id,
    level: 'completion',
    runId,
    resend: sendAgain,
    now: NOW,
    entries,
  });

const recordResults = (entries: ReservedEntry[], state: TransmissionResult['state']): Promise<number> =>
  storeResults(
    database.db,
    entries.map(({ transmissionId }) => ({
      transmissionId,
      state,
      statusCode: 200,
      response: null,
      errorMessage: state === 'sent' ? '' : 'boom',
    })),
    NOW,
  );

const states = (entries: ReservedEntry[]): string[] => entries.map(({ state }) => state);

/** Newest first. */
async function inDoubt(): Promise<string[]> {
  const filter = { customerId: channel.customerId, state: 'sending' } as const;
  return (await listTransmissions(database.db, filter, { limit: 10 })).items.map(({ id }) => id);
}

async function nextRun(): Promise<ExportRun> {
  await updateRun(database.db, run.id, { status: 'completed' }, NOW);
  return aRun(database.db, channel);
}

test('An entry is new once; repeated by the same run it is in doubt, and sent once its result is recorded.', async () => {
  const entries = [1, 2, 3].map((n) => aLedgerEntry(n));
  const first = await claimEntries(entries);
  expect(states(first)).toEqual(['new', 'new', 'new']);
  const repeated = await claimEntries(entries);
  expect(repeated.map(({ transmissionId }) => transmissionId)).toEqual(
    first.map(({ transmissionId }) => transmissionId),
  );
  expect(repeated.map(({ state, runId }) => [state, runId])).toEqual(Array(3).fill(['sending', run.id]));
  expect(await inDoubt()).toEqual(first.map(({ transmissionId }) => transmissionId).reverse());
  expect(await recordResults(first, 'sent')).toBe(3);
  expect(await recordResults(first, 'failed')).toBe(0);
  expect(states(await claimEntries(entries))).toEqual(['sent', 'sent', 'sent']);
  expect(await inDoubt()).toEqual([]);
});

test('Of entries claimed by many at once each is new exactly once, without a deadlock.', async () => {
  const entries = [1, 2, 3].map((n) => aLedgerEntry(n));
  const pool = database.connect(8);
  const orders = Array.from({ length: 8 }, (_, at) => (at % 2 ? entries : [...entries].reverse()));
  const answers = await Promise.all(orders.map((order) => claimEntries(order, { db: pool })));
  expect(answers.flatMap(states).filter((state) => state === 'new')).toHaveLength(3);
  expect(answers.flatMap(states).filter((state) => state === 'sending')).toHaveLength(21);
});

test('What failed can be claimed anew, and each try stays in the ledger.', async () => {
  await recordResults(await claimEntries([aLedgerEntry(1)]), 'failed');
  const retried = await claimEntries([aLedgerEntry(1)]);
  expect(states(retried)).toEqual(['new']);
  await recordResults(retried, 'sent');
  const { items } = await listTransmissions(database.db, { customerId: channel.customerId }, { limit: 10 });
  expect(items.map(({ state, errorMessage }) => [state, errorMessage])).toEqual([
    ['sent', ''],
    ['failed', 'boom'],
  ]);
});

test('Passed, failed, passed are three transmissions; passed twice in a row is one.', async () => {
  const passed = aLedgerEntry(1);
  const failed = aLedgerEntry(1, { contentHash: 'failed', grade: 'Fail', payload: { grade: 'Fail' } });
  for (const entry of [passed, failed, passed]) {
    const claimedEntries = await claimEntries([entry], { runId: (run = await nextRun()).id });
    expect(states(claimedEntries)).toEqual(['new']);
    await recordResults(claimedEntries, 'sent');
  }
  expect(states(await claimEntries([passed], { runId: (await nextRun()).id }))).toEqual(['sent']);
  const targets = [1, 2].map((n) => ({ enrollmentId: String(n), courseId: 'edX+S01', subsectionId: null }));
  expect(await lastAcceptedPayloads(database.db, channel.id, 'completion', targets)).toEqual([{ n: 1 }, null]);
});

test('Sending again on purpose sends what an earlier run sent, and never twice in one run.', async () => {
  await recordResults(await claimEntries([aLedgerEntry(1)]), 'sent');
  const later = await nextRun();
  const resent = await claimEntries([aLedgerEntry(1)], { runId: later.id, again: true });
  expect(states(resent)).toEqual(['new']);
  await recordResults(resent, 'sent');
  expect(states(await claimEntries([aLedgerEntry(1)], { runId: later.id, again: true }))).toEqual(['sent']);
});

test('What is held stays held for later runs, until a run takes it over.', async () => {
  const [held] = (await claimEntries([aLedgerEntry(1)])) as [ReservedEntry];
  await recordResults([held], 'held');
  const later = await nextRun();
  expect(await claimEntries([aLedgerEntry(1)], { runId: later.id })).toEqual([{ ...held, state: 'held' }]);
  expect(await takeOver(database.db, later.id, [held.transmissionId])).toEqual([held.transmissionId]);
  expect(await inDoubt()).toEqual([held.transmissionId]);
  expect(await recordResults([held], 'sent')).toBe(1);
});

test('What a run still going on has claimed is left to it.', async () => {
  const single = await aRun(database.db, channel, { singleEnrollmentId: '1' });
  const [claimedEntry] = (await claimEntries([aLedgerEntry(1)])) as [ReservedEntry];
  expect(await claimEntries([aLedgerEntry(1)], { runId: single.id })).toEqual([
    { transmissionId: claimedEntry.transmissionId, state: 'sending', runId: run.id },
  ]);
  expect(await takeOver(database.db, single.id, [claimedEntry.transmissionId])).toEqual([]);
});

test('Subsections, levels, courses and channels are told apart.', async () => {
  const other = await aChannel(database.db, { customerId: channel.customerId, channelId: 'canvas', kind: 'CANVAS' });
  const entries = [aLedgerEntry(1), aLedgerEntry(1, { courseId: 'run' }), aLedgerEntry(1, { subsectionId: 'block-1' })];
  expect(states(await claimEntries(entries))).toEqual(['new', 'new', 'new']);
  const elsewhere = {
    customerId: channel.customerId,
    runId: run.id,
    resend: false,
    now: NOW,
    entries: [aLedgerEntry(1)],
  };
  expect(
    states(await reserveBatch(database.db, { ...elsewhere, configurationId: channel.id, level: 'assessment' })),
  ).toEqual(['new']);
  expect(
    states(await reserveBatch(database.db, { ...elsewhere, configurationId: other.id, level: 'completion' })),
  ).toEqual(['new']);
});

test('The ledger is listed newest first, by pages, of one learner or channel.', async () => {
  await claimEntries([
    aLedgerEntry(1),
    aLedgerEntry(2),
    aLedgerEntry(3),
    aLedgerEntry(1, { courseId: 'run', percent: null }),
  ]);
  const { customerId } = channel;
  const first = await listTransmissions(database.db, { customerId }, { limit: 3 });
  const second = await listTransmissions(database.db, { customerId }, { limit: 3, cursor: first.nextCursor as string });
  const ids = [...first.items, ...second.items].map(({ id }) => Number(id));
  expect(ids).toHaveLength(4);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(second.nextCursor).toBeNull();
  const own = await listTransmissions(database.db, { customerId, userId: 'u1' }, { limit: 9 });
  expect(own.items.map(({ userId }) => userId)).toEqual(['u1', 'u1']);
  const none = await listTransmissions(database.db, { customerId, channelId: 'other' }, { limit: 9 });
  expect(none.items).toEqual([]);
});
