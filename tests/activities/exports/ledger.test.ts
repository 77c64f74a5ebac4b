import type { StoredChannel } from '../../../db/exports/channels';
import { lastAcceptedPayloads, listTransmissions } from '../../../db/exports/ledger-list';
import { type ExportRun, updateRun } from '../../../db/exports/runs';
import {
  type Claim,
  claimBatch,
  type Claimed,
  inDoubt,
  settleBatch,
  type Settlement,
  takeOver,
} from '../../../db/exports/transmissions';
import { cloneDatabase, type TestDatabase } from '../test-database';
import { aChannel, aClaim, aRun, enrolled, NOW } from './export-builders';

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

const claim = (claims: Claim[], { runId = run.id, again = false, db = database.db } = {}): Promise<Claimed[]> =>
  claimBatch(db, {
    ...{ customerId: channel.customerId, configurationId: channel.id, level: 'completion' },
    ...{ runId, again, now: NOW, claims },
  });

const settle = (claimed: Claimed[], state: Settlement['state']): Promise<number> =>
  settleBatch(
    database.db,
    claimed.map(({ transmissionId }) => ({
      ...{ transmissionId, state, statusCode: 200, response: null },
      errorMessage: state === 'sent' ? '' : 'boom',
    })),
    NOW,
  );

const states = (claimed: Claimed[]): string[] => claimed.map(({ state }) => state);

async function nextRun(): Promise<ExportRun> {
  await updateRun(database.db, run.id, { status: 'completed' }, NOW);
  return aRun(database.db, channel);
}

test('A claim is new once; repeated by the same run it is in doubt, and sent once it was settled.', async () => {
  const claims = [1, 2, 3].map((n) => aClaim(n));
  const first = await claim(claims);
  expect(states(first)).toEqual(['new', 'new', 'new']);
  const repeated = await claim(claims);
  expect(repeated.map(({ transmissionId }) => transmissionId)).toEqual(
    first.map(({ transmissionId }) => transmissionId),
  );
  expect(repeated.map(({ state, runId }) => [state, runId])).toEqual(Array(3).fill(['sending', run.id]));
  expect((await inDoubt(database.db, run.id)).map(({ enrollmentId }) => enrollmentId)).toEqual(['1', '2', '3']);
  expect(await settle(first, 'sent')).toBe(3);
  expect(await settle(first, 'failed')).toBe(0);
  expect(states(await claim(claims))).toEqual(['sent', 'sent', 'sent']);
  expect(await inDoubt(database.db, run.id)).toEqual([]);
});

test('Of claims made at once by many each is new exactly once, and nobody waits for ever.', async () => {
  const claims = [1, 2, 3].map((n) => aClaim(n));
  const pool = database.connect(8);
  const orders = Array.from({ length: 8 }, (_, at) => (at % 2 ? claims : [...claims].reverse()));
  const answers = await Promise.all(orders.map((order) => claim(order, { db: pool })));
  expect(answers.flatMap(states).filter((state) => state === 'new')).toHaveLength(3);
  expect(answers.flatMap(states).filter((state) => state === 'sending')).toHaveLength(21);
});

test('What failed can be claimed anew, and each try stays in the ledger.', async () => {
  await settle(await claim([aClaim(1)]), 'failed');
  const again = await claim([aClaim(1)]);
  expect(states(again)).toEqual(['new']);
  await settle(again, 'sent');
  const { items } = await listTransmissions(database.db, { customerId: channel.customerId }, { limit: 10 });
  expect(items.map(({ state, errorMessage }) => [state, errorMessage])).toEqual([
    ['sent', ''],
    ['failed', 'boom'],
  ]);
});

test('Passed, failed, passed are three transmissions; passed twice in a row is one.', async () => {
  const passed = aClaim(1);
  const failed = aClaim(1, { contentHash: 'failed', grade: 'Fail', payload: { grade: 'Fail' } });
  for (const told of [passed, failed, passed]) {
    const claimed = await claim([told], { runId: (run = await nextRun()).id });
    expect(states(claimed)).toEqual(['new']);
    await settle(claimed, 'sent');
  }
  expect(states(await claim([passed], { runId: (await nextRun()).id }))).toEqual(['sent']);
  const targets = [1, 2].map((n) => ({ enrollmentId: String(n), courseId: 'edX+S01', subsectionId: null }));
  expect(await lastAcceptedPayloads(database.db, channel.id, 'completion', targets)).toEqual([{ n: 1 }, null]);
});

test('Sending again on purpose sends what an earlier run sent, and never twice in one run.', async () => {
  await settle(await claim([aClaim(1)]), 'sent');
  const later = await nextRun();
  const again = await claim([aClaim(1)], { runId: later.id, again: true });
  expect(states(again)).toEqual(['new']);
  await settle(again, 'sent');
  expect(states(await claim([aClaim(1)], { runId: later.id, again: true }))).toEqual(['sent']);
});

test('What is held stays held for later runs, until somebody takes it over.', async () => {
  const [held] = (await claim([aClaim(1)])) as [Claimed];
  await settle([held], 'held');
  const later = await nextRun();
  expect(await claim([aClaim(1)], { runId: later.id })).toEqual([{ ...held, state: 'held' }]);
  expect(await takeOver(database.db, later.id, [held.transmissionId])).toEqual([held.transmissionId]);
  expect((await inDoubt(database.db, later.id)).map(({ transmissionId }) => transmissionId)).toEqual([
    held.transmissionId,
  ]);
  expect(await settle([held], 'sent')).toBe(1);
});

test('What a run still going on has claimed is left to it.', async () => {
  const single = await aRun(database.db, channel, { singleEnrollmentId: '1' });
  const [claimed] = (await claim([aClaim(1)])) as [Claimed];
  expect(await claim([aClaim(1)], { runId: single.id })).toEqual([
    { transmissionId: claimed.transmissionId, state: 'sending', runId: run.id },
  ]);
  expect(await takeOver(database.db, single.id, [claimed.transmissionId])).toEqual([]);
});

test('Subsections, levels, courses and channels are told apart.', async () => {
  const other = await aChannel(database.db, { customerId: channel.customerId, channelId: 'canvas', kind: 'CANVAS' });
  const claims = [aClaim(1), aClaim(1, { courseId: 'run' }), aClaim(1, { subsectionId: 'block-1' })];
  expect(states(await claim(claims))).toEqual(['new', 'new', 'new']);
  const elsewhere = { customerId: channel.customerId, runId: run.id, again: false, now: NOW, claims: [aClaim(1)] };
  expect(
    states(await claimBatch(database.db, { ...elsewhere, configurationId: channel.id, level: 'assessment' })),
  ).toEqual(['new']);
  expect(
    states(await claimBatch(database.db, { ...elsewhere, configurationId: other.id, level: 'completion' })),
  ).toEqual(['new']);
});

test('The ledger is listed newest first, by pages, of one learner or channel.', async () => {
  await claim([aClaim(1), aClaim(2), aClaim(3), aClaim(1, { courseId: 'run', percent: null })]);
  const { customerId } = channel;
  const first = await listTransmissions(database.db, { customerId }, { limit: 3 });
  const second = await listTransmissions(database.db, { customerId }, { limit: 3, cursor: first.nextCursor as string });
  const ids = [...first.items, ...second.items].map(({ id }) => Number(id));
  expect(ids).toHaveLength(4);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(second.nextCursor).toBeNull();
  const own = await listTransmissions(database.db, { customerId, learnerId: 'u1' }, { limit: 9 });
  expect(own.items.map(({ userId }) => userId)).toEqual(['u1', 'u1']);
  const none = await listTransmissions(database.db, { customerId, channelId: 'other' }, { limit: 9 });
  expect(none.items).toEqual([]);
});
