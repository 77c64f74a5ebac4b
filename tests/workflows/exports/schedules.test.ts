import { scheduleIdOf, type ScheduledChannel } from '../../../clients/temporal/schedules';
import { learnerExportWorkflowId } from '../../../contracts/exports/messages';
import type { StoredChannel } from '../../../db/exports/channels';
import { type ExportRun, listRuns } from '../../../db/exports/runs';
import { exportTarget } from '../../../dev/export-command';
import { ExportFixture } from './export-fixture';

let fixture: ExportFixture;

beforeAll(async () => {
  fixture = await ExportFixture.start();
}, 60_000);
afterAll(() => fixture.stop());
afterEach(() => fixture.backend.simulator.faults.clear());

const YEARLY = { cron: '0 3 1 1 *', timeZone: 'UTC', jitterSeconds: 0, paused: false };

function scheduled({ customerId, channelId }: StoredChannel): ScheduledChannel {
  return { customerId, channelId, disabled: false, schedule: { ...YEARLY, levels: ['completion'] } };
}

async function runsOf({ customerId }: StoredChannel): Promise<ExportRun[]> {
  return (await listRuns(fixture.backend.knex, { customerIds: [customerId] }, { limit: 50 })).items;
}

function untilRunsEnded(channel: StoredChannel, count: number): Promise<void> {
  return fixture.until(`${count} ended runs`, async () => {
    const runs = await runsOf(channel);
    return runs.length === count && runs.every(({ finishedAt }) => finishedAt !== null);
  });
}

describe('A channel with a schedule', () => {
  it('exports when it is due; what was due earlier can be made up for, as of then', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 3);
    await fixture.gateway.exports.applySchedule(scheduled(channel), fixture.pacing);
    const handle = fixture.client.schedule.getHandle(scheduleIdOf(scheduled(channel)));
    await handle.backfill({
      start: new Date('2025-12-31T00:00:00Z'),
      end: new Date('2026-01-02T00:00:00Z'),
      overlap: 'BUFFER_ALL',
    });
    await untilRunsEnded(channel, 1);
    expect(await runsOf(channel)).toMatchObject([
      { trigger: 'schedule', status: 'completed', asOf: new Date('2026-01-01T03:00:00Z'), totals: { sent: 3 } },
    ]);
  });

  it('notes a tick that finds an export going on already as skipped', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 5);
    fixture.backend.simulator.faults.set('grades', { hang: true });
    await fixture.open(exportTarget(channel));
    await fixture.gateway.exports.applySchedule(scheduled(channel), fixture.pacing);
    await fixture.client.schedule.getHandle(scheduleIdOf(scheduled(channel))).trigger();
    const skipped = async (): Promise<boolean> => (await runsOf(channel)).length === 2;
    await fixture.until('the skipped run', skipped);
    fixture.backend.simulator.faults.clear();
    await untilRunsEnded(channel, 2);
    expect((await runsOf(channel)).map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ['completed', null],
      ['skipped', 'already-running'],
    ]);
    await fixture.untilClosed(learnerExportWorkflowId(exportTarget(channel)));
  });

  it('can be changed, paused and taken away; doing so twice changes nothing', async () => {
    const channel = await fixture.backend.aCustomer('XAPI', 1);
    const wanted = scheduled(channel);
    const handle = fixture.client.schedule.getHandle(scheduleIdOf(wanted));
    await fixture.gateway.exports.applySchedule(wanted, fixture.pacing);
    await fixture.gateway.exports.applySchedule(
      { ...wanted, schedule: { ...YEARLY, paused: true, levels: ['completion'] } },
      fixture.pacing,
    );
    await fixture.until('the pause', async () => (await handle.describe()).state.paused);
    await fixture.gateway.exports.applySchedule(wanted, fixture.pacing);
    await fixture.until('the end of the pause', async () => !(await handle.describe()).state.paused);
    for (let times = 0; times < 2; times += 1) {
      await fixture.gateway.exports.applySchedule({ ...wanted, schedule: null }, fixture.pacing);
    }
    await expect(handle.describe()).rejects.toThrow(/not found/i);
  });
});

describe('What Temporal knows', () => {
  it('names no learner and no credential', async () => {
    const canary = { username: 'canary-name', email: 'canary@example.com', remoteId: 'canary-remote' };
    const channel = await fixture.backend.aCustomer('XAPI', 1, {}, canary);
    await fixture.untilEnded(await fixture.open(exportTarget(channel)));
    await fixture.untilClosed(learnerExportWorkflowId(exportTarget(channel)));
    const handle = fixture.client.workflow.getHandle(learnerExportWorkflowId(exportTarget(channel)));
    const temporalText = [await handle.fetchHistory(), (await handle.describe()).raw].map(readable).join('\n');
    expect(temporalText).toContain(channel.customerId);
    expect(temporalText).not.toMatch(/canary/);
    const progress = await fixture.gateway.exports.progress(learnerExportWorkflowId(exportTarget(channel)));
    expect(progress).toMatchObject({ phase: 'completed', percent: 100, totals: { sent: 1 } });
  });

  it('replays under the present code', async () => {
    expect(await fixture.replayAll()).toBeGreaterThanOrEqual(4);
  });
});

/** Payloads are bytes: shown as the text they hold. */
function readable(message: unknown): string {
  return JSON.stringify(message, (_name, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
    return typeof value === 'bigint' ? String(value) : value;
  });
}
