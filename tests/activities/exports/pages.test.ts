import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredChannel } from '../../../db/exports/channels';
import { anExportCommand, exportTarget } from '../../../dev/export-command';
import { waitUntil } from '../../../dev/wait-until';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { RUN_ID } from '../../support/export-builders';
import { closedRun, firstPage, opened, played } from '../../support/export-runner';

let fixture: ExportActivitiesFixture;

const folder = mkdtempSync(join(tmpdir(), 'invigil-csv-'));

beforeAll(async () => {
  fixture = await ExportActivitiesFixture.start({ env: { EXPORT_CSV_FOLDER: folder } });
});
afterAll(async () => {
  await fixture.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => fixture.quiet());

function ledger(channel: StoredChannel): Promise<{ state: string; is_current: boolean; error_message: string }[]> {
  return fixture.knex('transmissions').where({ configuration_id: channel.id }).orderBy('id');
}

describe('A page', () => {
  it('done twice leaves the same ledger, the same records and sends nobody twice', async () => {
    const channel = await fixture.aCustomer('SAP', 12);
    const run = await opened(fixture.activities, exportTarget(channel));
    const first = await firstPage(fixture.activities, run);
    const [rows, records] = [await ledger(channel), await fixture.records(run.exportId)];
    expect(await firstPage(fixture.afresh(), run)).toEqual(first);
    expect(await ledger(channel)).toEqual(rows);
    expect(await fixture.records(run.exportId)).toEqual(records);
    expect(fixture.simulator.channels.state('sap').totals()).toMatchObject({ learners: 12, accepted: 12, doubled: 0 });
  });

  it('asks the courses service once per course run and the grades service once per learner', async () => {
    const channel = await fixture.aCustomer('XAPI', 30);
    const before = fixture.simulator.journal.log({}).length;
    const run = await opened(fixture.activities, exportTarget(channel));
    const input = { exportId: run.exportId, pageSize: 15 };
    await firstPage(fixture.activities, run, input.pageSize);
    await firstPage(fixture.afresh(), run, 30);
    const services = fixture.simulator.journal
      .log({})
      .slice(before)
      .map(({ service }) => service);
    expect(services.filter((service) => service === 'courses')).toHaveLength(1);
    expect(services.filter((service) => service === 'grades')).toHaveLength(30);
  });

  it('keeps its order when an enrollment came between two tries', async () => {
    const channel = await fixture.aCustomer('XAPI', 6);
    await fixture.knex('enrollments').where({ customer_id: channel.customerId, id: 2 }).update({ id: 1002 });
    const run = await opened(fixture.activities, exportTarget(channel));
    await firstPage(fixture.activities, run);
    await fixture.knex('enrollments').where({ customer_id: channel.customerId, id: 1002 }).update({ id: 2 });
    const second = await firstPage(fixture.activities, run);
    expect(second).toMatchObject({ state: 'end', sequence: 7 });
    expect((await fixture.records(run.exportId)).map(({ enrollmentId }) => enrollmentId)).toEqual([
      ...['1', '3', '4', '5', '6', '1002', '2'],
    ]);
  });
});

describe('A record whose answer never came', () => {
  it('is held on a channel that is not idempotent, and an operator is called', async () => {
    const channel = await fixture.aCustomer('SAP', 3);
    const tokens = await played(fixture.activities, exportTarget(channel));
    expect(tokens.end.totals.sent).toBe(3);
    fixture.simulator.faults.set('channel:sap', { dropAnswer: true });
    const { run, end } = await played(
      fixture.activities,
      exportTarget(channel),
      anExportCommand({ skipTransmitted: false }),
    );
    expect(end).toMatchObject({ status: 'completed-with-errors', attention: 'in-doubt' });
    expect(end.totals).toMatchObject({ sent: 0, failed: 3, reasons: { 'in-doubt': 3 } });
    expect((await ledger(channel)).map(({ state }) => state)).toEqual([
      ...Array(3).fill('sent'),
      ...Array(3).fill('held'),
    ]);
    expect(await fixture.run(run.exportId)).toMatchObject({ attention: 'in-doubt' });
    fixture.simulator.faults.clear();
    const next = await played(fixture.activities, exportTarget(channel), anExportCommand({ skipTransmitted: false }));
    expect(next.end.totals).toMatchObject({ sent: 0, reasons: { 'in-doubt': 3 } });
    expect(
      fixture.simulator.channels
        .state('sap')
        .records()
        .map(({ accepted }) => accepted),
    ).toEqual([2, 2, 2]);
  });

  it('is sent again under the same key on one that is', async () => {
    const channel = await fixture.aCustomer('XAPI', 8);
    fixture.simulator.faults.set('channel:lrs', { dropAnswer: true, remaining: 1 });
    const { end } = await played(fixture.activities, exportTarget(channel));
    expect(end).toMatchObject({ status: 'completed', totals: { sent: 8 }, attention: null });
    const { accepted, repeated } = fixture.simulator.channels.state('lrs').totals();
    expect([accepted, repeated > 0]).toEqual([8, true]);
  });
});

describe('What a dead worker had claimed', () => {
  async function abandoned(
    channel: StoredChannel,
    work: (release: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const run = await opened(fixture.activities, exportTarget(channel));
    fixture.simulator.faults.set(`channel:${channel.channelId}`, { hang: true });
    const dead = firstPage(fixture.afresh(), run).catch(() => undefined);
    const isLedgerComplete = async (): Promise<boolean> => (await ledger(channel)).length === 4;
    await waitUntil(isLedgerComplete, { what: 'claims', timeoutMs: 5_000 });
    const release = async (): Promise<void> => {
      fixture.simulator.faults.clear();
      await dead;
    };
    await work(release);
  }

  it('is held, not sent again, where a repeated request would be a second record', async () => {
    const limits = { requestsPerSecond: 1_000, concurrency: 4, batchSize: 1 };
    const channel = await fixture.aCustomer('SAP', 4, { limits });
    await abandoned(channel, async (release) => {
      const [{ id: exportId }] = (await fixture.knex('export_runs').where({ configuration_id: channel.id })) as [
        { id: string },
      ];
      const run = { exportId, asOf: '', selected: 4, notSelected: 0 };
      const page = await firstPage(fixture.activities, run);
      expect(page.totals).toMatchObject({ failed: 4, reasons: { 'in-doubt': 4 } });
      expect(await closedRun(fixture.activities, run)).toMatchObject({ attention: 'in-doubt' });
      expect((await ledger(channel)).map(({ state }) => state)).toEqual(Array(4).fill('held'));
      await release();
      expect(fixture.simulator.channels.state('sap').totals()).toMatchObject({ doubled: 0 });
    });
  });

  it('is sent again where the configuration says so', async () => {
    const limits = { requestsPerSecond: 1_000, concurrency: 4, batchSize: 1 };
    const channel = await fixture.aCustomer('SAP', 4, { limits, inDoubt: 'resend' });
    await abandoned(channel, async (release) => {
      const [{ id: exportId }] = (await fixture.knex('export_runs').where({ configuration_id: channel.id })) as [
        { id: string },
      ];
      fixture.simulator.faults.clear();
      const page = await firstPage(fixture.activities, { exportId, asOf: '', selected: 4, notSelected: 0 });
      await release();
      expect(page.totals).toMatchObject({ sent: 4, failed: 0 });
    });
  });
});

describe('A single export', () => {
  it('reports where the caller contradicts the platform, and sends what the platform says', async () => {
    const channel = await fixture.aCustomer('XAPI', 3);
    const target = exportTarget(channel, { enrollmentId: '2' });
    const assertedGrade = { learnerId: 'u2', courseRunId: RUN_ID, grade: 'Fail', isPassing: false };
    const { run, end } = await played(fixture.activities, target, anExportCommand(assertedGrade));
    expect(end.totals).toMatchObject({ selected: 1, sent: 1 });
    const [record] = await fixture.records(run.exportId);
    expect(record?.detail).toMatchObject({ conflict: { grade: 'Fail', gradeFromPlatform: 'Pass' } });
  });
});

describe('Assessments', () => {
  it('are sent one by one, and a learner with several has one outcome', async () => {
    const channel = await fixture.aCustomer('CSV', 3, {
      limits: { requestsPerSecond: 100, concurrency: 2, batchSize: 4 },
    });
    const none = { what: 'gradebook' as const, courseId: RUN_ID, username: `${channel.customerId}-name-3` };
    fixture.simulator.answers.learners.set({ ...none, status: 404, body: { error_code: 'none' } });
    const target = exportTarget(channel, { level: 'assessment' });
    const { run, end } = await played(fixture.activities, target);
    expect(end).toMatchObject({
      status: 'completed',
      totals: { selected: 3, sent: 2, skipped: { 'no-assessments': 1 } },
    });
    const parts = readdirSync(join(folder, 'acme')).filter((name) => name.endsWith('.csv'));
    const lines = parts.flatMap((name) =>
      readFileSync(join(folder, 'acme', name), 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1),
    );
    expect(lines).toHaveLength(4);
    const [first] = await fixture.records(run.exportId);
    expect(first?.detail).toMatchObject({ told: [{ subsectionId: 'block-first' }, { subsectionId: 'block-second' }] });
    const repeated = await played(fixture.activities, target);
    expect(repeated.end.totals).toMatchObject({ sent: 0, unchanged: 2 });
  });
});
