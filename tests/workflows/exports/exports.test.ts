import type { temporal as proto } from '@temporalio/proto';
import { defineQuery } from '@temporalio/workflow';
import { learnerExportWorkflowId } from '../../../contracts/exports/messages';
import type { ExportRun } from '../../../db/exports/runs';
import { anExportCommand, exportTarget } from '../../../dev/export-command';
import { RUN_ID } from '../../support/export-builders';
import { ExportFixture } from './export-fixture';

const METADATA = defineQuery<proto.api.sdk.v1.IWorkflowMetadata>('__temporal_workflow_metadata');

let fixture: ExportFixture;

beforeAll(async () => {
  fixture = await ExportFixture.start();
}, 60_000);
afterAll(() => fixture.stop());
afterEach(() => {
  fixture.backend.simulator.faults.clear();
  Object.assign(fixture.backend.simulator.channels.state('lrs').settings, {
    busyEvery: 0,
    poison: [],
    refuseClient: false,
  });
});

function sumOf({ totals }: ExportRun): number {
  const { sent = 0, unchanged = 0, failed = 0, quarantined = 0, skipped = {} } = totals;
  return sent + unchanged + failed + quarantined + Object.values(skipped).reduce((sum, n) => sum + n, 0);
}

/** How often the store took something of this customer's learners. */
function taken(customerId: string): number[] {
  const records = fixture.backend.simulator.channels.state('lrs').records();
  return records.filter(({ learner }) => learner.startsWith(customerId)).map(({ accepted }) => accepted);
}

describe('An export of everybody', () => {
  it('sends each learner to the channel once, page by page, and its totals add up', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 130);
    const exportId = await fixture.open(exportTarget(channel));
    const run = await fixture.untilEnded(exportId);
    expect(run).toMatchObject({ status: 'completed', selected: 130, attention: null, totals: { sent: 130 } });
    expect(taken(channel.customerId)).toEqual(Array(130).fill(1));
    expect((await fixture.backend.records(exportId)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 130 }, (_, index) => index + 1),
    );
  });

  it('shows operators first which export it is, then how far', async () => {
    const target = exportTarget(await fixture.backend.aCustomer('XAPI', 3));
    const exportId = await fixture.open(target);
    await fixture.untilEnded(exportId);
    const { currentDetails } = await fixture.client.workflow.getHandle(learnerExportWorkflowId(target)).query(METADATA);
    expect(currentDetails).toMatch(new RegExp(`^Export ${exportId}, as of .*: 0\\.\n\n\\*\\*.* 100 % of 3\n`));
  });

  it('goes on under a fresh history, with everything it knew', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 130);
    const target = exportTarget(channel);
    const exportId = await fixture.open(target, anExportCommand(), { pagesPerHistory: 2 });
    const run = await fixture.untilEnded(exportId);
    expect(run).toMatchObject({ status: 'completed', totals: { sent: 130, selected: 130 } });
    await fixture.untilClosed(learnerExportWorkflowId(target));
    const query = `WorkflowId = '${learnerExportWorkflowId(target)}'`;
    await fixture.until('four histories', async () => (await fixture.client.workflow.count(query)).count === 4);
  });

  it('sends nothing twice when it runs again: everything is unchanged', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 25);
    await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    await fixture.untilClosed(learnerExportWorkflowId(exportTarget(channel)));
    const run = await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    expect(run).toMatchObject({ status: 'completed', totals: { unchanged: 25, sent: 0 } });
    expect(taken(channel.customerId)).toEqual(Array(25).fill(1));
  });

  it('quarantines what the channel always refuses, and sends the rest', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 60);
    const bad = [7, 23, 41].map((n) => fixture.backend.address(channel.customerId, n));
    fixture.backend.simulator.channels.state('lrs').settings.poison = bad;
    const run = await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    expect(run).toMatchObject({ status: 'completed-with-errors', totals: { sent: 57, quarantined: 3 } });
    expect(run.totals.reasons).toEqual({ refused: 3 });
  });

  it('waits for a channel that is busy, and loses nothing', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 90);
    Object.assign(fixture.backend.simulator.channels.state('lrs').settings, { busyEvery: 3, retryAfterSeconds: 0 });
    const run = await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    expect(run).toMatchObject({ status: 'completed', totals: { sent: 90 } });
    expect(taken(channel.customerId)).toEqual(Array(90).fill(1));
  });

  it('stops with a clear state when its credentials are refused; nobody counts as sent', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 70);
    fixture.backend.simulator.channels.state('lrs').settings.refuseClient = true;
    const run = await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    expect(run).toMatchObject({
      status: 'channel-stopped',
      reason: 'credentials-refused',
      attention: 'credentials-refused',
    });
    expect(run.totals).toMatchObject({ selected: 70, sent: 0, failed: 70, reasons: { 'channel-stopped': 70 } });
  });

  it('is refused while one goes on, and names it', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 40);
    fixture.backend.simulator.faults.set('grades', { latencyMs: 300 });
    const exportId = await fixture.open(exportTarget(channel));
    await expect(fixture.open(exportTarget(channel))).rejects.toMatchObject({
      code: 'export-already-running',
      extras: { exportId },
    });
    await fixture.untilEnded(exportId);
  });

  it('is one run however often its command comes', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 5);
    const command = anExportCommand();
    const exportId = await fixture.open(exportTarget(channel), command);
    expect(await fixture.open(exportTarget(channel), command)).toBe(exportId);
    await fixture.untilEnded(exportId);
    await fixture.untilClosed(learnerExportWorkflowId(exportTarget(channel)));
    expect(await fixture.open(exportTarget(channel), command)).toBe(exportId);
  });
});

describe('An operator', () => {
  it('pauses within a batch and resumes; every learner is sent once', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 100);
    fixture.backend.simulator.faults.set('grades', { latencyMs: 1_500 });
    const exportId = await fixture.open(exportTarget(channel), anExportCommand(), { pageSize: 1_000 });
    const { workflowId } = await fixture.backend.run(exportId);
    await fixture.gateway.exports.pause(workflowId);
    await fixture.until('the pause', async () => (await fixture.backend.run(exportId)).status === 'paused');
    const before = taken(channel.customerId).length;
    expect(before).toBeLessThan(100);
    await fixture.gateway.exports.resume(workflowId);
    expect(await fixture.untilEnded(exportId)).toMatchObject({
      status: 'completed',
      totals: { sent: 100, selected: 100 },
    });
    expect(taken(channel.customerId)).toEqual(Array(100).fill(1));
  });

  it('cancels: what is not done is accounted for, and a new export may start', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 100);
    fixture.backend.simulator.faults.set('grades', { latencyMs: 200 });
    const exportId = await fixture.open(exportTarget(channel));
    const { workflowId } = await fixture.backend.run(exportId);
    await fixture.gateway.exports.cancel(workflowId);
    const run = await fixture.untilEnded(exportId);
    expect(run).toMatchObject({ status: 'cancelled', selected: 100 });
    expect(sumOf(run)).toBe(100);
    expect(run.totals.sent).toBe(taken(channel.customerId).length);
    await fixture.untilClosed(workflowId);
    fixture.backend.simulator.faults.clear();
    expect(await fixture.untilEnded(await fixture.open(exportTarget(channel)))).toMatchObject({ status: 'completed' });
    expect(taken(channel.customerId)).toEqual(Array(100).fill(1));
  });
});

describe('Two customers at once', () => {
  it('do not wait for each other: a small export ends while a big one goes on', async () => {
    const big = await fixture.backend.aCustomer('XAPI', 2_000);
    const small = await fixture.backend.aCustomer('XAPI', 10);
    fixture.backend.simulator.faults.set('grades', { latencyMs: 100 });
    const first = await fixture.open(exportTarget(big), anExportCommand(), { pageSize: 500 });
    await fixture.until('the big one to be under way', async () => taken(big.customerId).length > 0);
    const second = await fixture.untilEnded(await fixture.open(exportTarget(small)));
    expect(second).toMatchObject({ status: 'completed', totals: { sent: 10 } });
    expect(await fixture.backend.run(first)).toMatchObject({ status: 'running' });
    expect(await fixture.untilEnded(first)).toMatchObject({ status: 'completed', totals: { sent: 2_000 } });
  });
});

describe('An export of one learner', () => {
  /** An event for each grade, one after the other. */
  async function sendEvents(...grades: string[]) {
    const channel = await fixture.backend.aCustomer('XAPI', 3);
    const target = exportTarget(channel, { enrollmentId: '2' });
    const ids: string[] = [];
    for (const grade of grades) {
      ids.push(
        await fixture.open(target, anExportCommand({ trigger: 'event', learnerId: 'u2', courseRunId: RUN_ID, grade })),
      );
    }
    return { channel, target, ids };
  }

  it('is run once more when another event comes meanwhile, however many come', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 3);
    fixture.backend.simulator.faults.set('grades', { latencyMs: 500, remaining: 1 });
    const target = exportTarget(channel, { enrollmentId: '2' });
    const eventCommand = () =>
      anExportCommand({ trigger: 'event', learnerId: 'u2', courseRunId: RUN_ID, isPassing: true });
    const first = await fixture.open(target, eventCommand());
    const second = await fixture.open(target, eventCommand());
    const third = await fixture.open(target, eventCommand());
    expect([second === first, third === second]).toEqual([false, true]);
    expect(await fixture.untilEnded(first)).toMatchObject({ totals: { selected: 1, sent: 1 } });
    expect(await fixture.untilEnded(second)).toMatchObject({ totals: { selected: 1, skipped: {}, unchanged: 1 } });
    expect(taken(channel.customerId)).toEqual([1]);
  });

  it('is run once more for each event that says something else: none hides another', async () => {
    fixture.backend.simulator.faults.set('grades', { latencyMs: 500, remaining: 1 });
    const { channel, ids } = await sendEvents('0.5', '0.6', '0.7', '0.6', '0.7');
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(3)).toEqual(ids.slice(1, 3));
    const runs = await Promise.all(ids.slice(0, 3).map((id) => fixture.untilEnded(id)));
    expect(runs.map(({ status, request }) => [status, request.grade])).toEqual([
      ['completed', '0.5'],
      ['completed', '0.6'],
      ['completed', '0.7'],
    ]);
    expect(taken(channel.customerId)).toEqual([1]);
  });

  it('cancelled, accounts for every run that waited', async () => {
    fixture.backend.simulator.faults.set('grades', { latencyMs: 2_000, remaining: 1 });
    const { target, ids } = await sendEvents('0.5', '0.6', '0.7');
    await fixture.gateway.exports.cancel(learnerExportWorkflowId(target));
    const runs = await Promise.all(ids.map((id) => fixture.untilEnded(id)));
    expect(runs.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(runs.map(sumOf)).toEqual([1, 1, 1]);
  });
});

describe('A dry run', () => {
  it('claims and sends nothing, and shows what would go out', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 4);
    const exportId = await fixture.open(exportTarget(channel, { dryRun: true }));
    expect(await fixture.untilEnded(exportId)).toMatchObject({ status: 'completed', totals: { sent: 4 } });
    expect(taken(channel.customerId)).toEqual([]);
    expect(await fixture.backend.knex('transmissions').where({ customer_id: channel.customerId })).toEqual([]);
    const [record] = await fixture.backend.records(exportId);
    expect(record?.detail).toMatchObject({ told: [{ payload: { verb: expect.anything() }, difference: 'first' }] });
  });
});

describe('All exports of this file', () => {
  it('replay under the present code', async () => {
    expect(await fixture.replayAll()).toBeGreaterThan(15);
  });
});
