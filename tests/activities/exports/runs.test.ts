import type { StoredChannel } from '../../../db/exports/channels';
import { allRecords, listRecords, type OutcomeRecord, runTotals, writeRecords } from '../../../db/exports/records';
import { createRun, findRun, listRuns, noteSkippedRun, updateRun } from '../../../db/exports/runs';
import type { Outcome } from '../../../domain/exports/model';
import { aChannel, aRun, enrolled, newRun, NOW, RUN_ID } from '../../support/export-builders';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let channel: StoredChannel;

beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  channel = await aChannel(database.db);
});

const OUTCOMES: Outcome[] = [
  { kind: 'sent' },
  { kind: 'unchanged' },
  { kind: 'skipped', reason: 'no-consent' },
  { kind: 'skipped', reason: 'already-transmitted' },
  { kind: 'failed', reason: 'timeout', retryable: true },
  { kind: 'quarantined', reason: 'refused' },
];

const record = (n: number, outcome = OUTCOMES[n % OUTCOMES.length] as Outcome): OutcomeRecord => ({
  sequence: n,
  enrollmentId: String(n),
  userId: `u${n}`,
  courseRunId: RUN_ID,
  outcome,
  detail: { n },
});

const records = (from: number, to: number): OutcomeRecord[] =>
  Array.from({ length: to - from + 1 }, (_, at) => record(from + at));

describe('A run', () => {
  it('of everybody goes on once per channel, level and kind, whoever asks', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => createRun(database.db, newRun(channel))));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['created', ...Array<string>(5).fill('running')]);
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    const others = [
      await createRun(database.db, newRun(channel, { dryRun: true })),
      await createRun(database.db, newRun(channel, { level: 'assessment' })),
      await createRun(database.db, newRun(channel, { singleEnrollmentId: '1' })),
      await createRun(database.db, newRun(await aChannel(database.db))),
    ];
    expect(others.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created', 'created']);
  });

  it('is made once per command, and the next one can begin when it has ended', async () => {
    const first = await createRun(database.db, newRun(channel, { commandId: 'c1' }));
    expect(await createRun(database.db, newRun(channel, { commandId: 'c1' }))).toEqual({
      outcome: 'repeated',
      run: first.run,
    });
    expect(await updateRun(database.db, first.run.id, { status: 'completed', finishedAt: NOW }, NOW)).toBe(true);
    expect(await updateRun(database.db, first.run.id, { status: 'running' }, NOW)).toBe(false);
    expect((await createRun(database.db, newRun(channel, { commandId: 'c1' }))).outcome).toBe('repeated');
    expect((await createRun(database.db, newRun(channel, { commandId: 'c2' }))).outcome).toBe('created');
  });

  it('keeps the fields that a progress update leaves out', async () => {
    const { id } = await aRun(database.db, channel, { request: { userId: 'u1', grade: 'Pass' } });
    const cursor = { courseRunId: RUN_ID, enrollmentId: '12' };
    await updateRun(database.db, id, { status: 'running', phase: 'sending', startedAt: NOW, selected: 9 }, NOW);
    await updateRun(database.db, id, { cursor, notSelected: 2 }, NOW);
    expect(await findRun(database.db, id)).toMatchObject({
      status: 'running',
      phase: 'sending',
      startedAt: NOW,
      selected: 9,
      notSelected: 2,
      cursor,
      asOf: NOW,
      channelId: 'sap',
      request: { userId: 'u1', grade: 'Pass' },
      skipTransmitted: true,
    });
  });

  it('that a schedule could not start leaves a note, and all are listed newest first', async () => {
    const { id } = await aRun(database.db, channel);
    await noteSkippedRun(database.db, newRun(channel, { trigger: 'schedule' }), 'already-running');
    const { customerId } = channel;
    const first = await listRuns(database.db, { customerIds: [customerId] }, { limit: 1 });
    expect(first.items).toMatchObject([{ status: 'skipped', reason: 'already-running', trigger: 'schedule' }]);
    const cursor = first.nextCursor as string;
    const second = await listRuns(database.db, { customerIds: [customerId] }, { limit: 1, cursor });
    expect(second).toMatchObject({ items: [{ id }], nextCursor: null });
    expect((await listRuns(database.db, { customerIds: [] }, { limit: 5 })).items).toEqual([]);
  });
});

describe('Records', () => {
  it('are one per enrollment, and a repeated page changes nothing', async () => {
    const { id } = await aRun(database.db, channel);
    expect(await writeRecords(database.db, id, records(1, 60))).toBe(60);
    const changed = records(31, 90).map((row) => ({ ...row, outcome: { kind: 'sent' } as const }));
    expect(await writeRecords(database.db, id, changed)).toBe(30);
    expect(await runTotals(database.db, id)).toEqual({
      selected: 90,
      sent: 40,
      unchanged: 10,
      failed: 10,
      quarantined: 10,
      skipped: { 'no-consent': 10, 'already-transmitted': 10 },
      reasons: { timeout: 10, refused: 10 },
    });
  });

  it('never share a sequence number: a wrong numbering is an error, not a lost outcome', async () => {
    const { id } = await aRun(database.db, channel);
    await writeRecords(database.db, id, [record(1)]);
    await expect(writeRecords(database.db, id, [{ ...record(2), sequence: 1 }])).rejects.toThrow('export_records_pkey');
  });

  it('are listed in their order, by pages, by outcome and by learner', async () => {
    const { id } = await aRun(database.db, channel);
    await enrolled(database.db, channel.customerId, 20);
    await writeRecords(database.db, id, records(1, 20));
    const first = await listRecords(database.db, id, {}, { limit: 12 });
    const second = await listRecords(database.db, id, {}, { limit: 12, cursor: first.nextCursor as string });
    expect([...first.items, ...second.items].map(({ sequence }) => sequence)).toEqual(
      records(1, 20).map(({ sequence }) => sequence),
    );
    const failed = await listRecords(database.db, id, { outcome: 'failed' }, { limit: 50 });
    expect(failed.items.map(({ sequence, reason, retryable }) => [sequence, reason, retryable])).toEqual([
      [4, 'timeout', true],
      [10, 'timeout', true],
      [16, 'timeout', true],
    ]);
    const own = await listRecords(database.db, id, { userId: 'u7' }, { limit: 50 });
    expect(own.items).toMatchObject([{ sequence: 7, userId: 'u7', detail: { n: 7 } }]);
  });

  it('can be streamed however many they are', async () => {
    const { id } = await aRun(database.db, channel);
    await writeRecords(database.db, id, records(1, 2_500));
    let next = 1;
    for await (const rows of allRecords(database.db, id, {}))
      for (const { sequence } of rows) expect(sequence).toBe(next++);
    expect(next).toBe(2_501);
  });
});
