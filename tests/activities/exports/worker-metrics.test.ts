import { exportActivities } from '../../../activities/exports/activities';
import { exportTarget } from '../../../dev/export-command';
import { createWorkerMetrics, type WorkerMetrics } from '../../../worker/metrics';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { closedRun, firstPage, opened } from '../../support/export-runner';
import { parseExposition, type Sample } from '../../support/exposition';

let fixture: ExportActivitiesFixture;
let metrics: WorkerMetrics;

beforeAll(async () => {
  fixture = await ExportActivitiesFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => {
  fixture.quiet();
  metrics = createWorkerMetrics(
    { knex: fixture.knex, exports: fixture.dependencies, qualification: { knex: fixture.knex } },
    async () => 'temporal_up 1\n',
  );
});

async function samplesOf(name: string): Promise<Sample[]> {
  const text = (await metrics.metrics()).replace('temporal_up 1\n', '');
  return parseExposition(text).get(name)?.samples ?? [];
}

async function counted(dryRun: 'true' | 'false'): Promise<Record<string, number>> {
  const samples = await samplesOf('invigil_export_records_total');
  const wanted = samples.filter(({ labels, value }) => labels['dry_run'] === dryRun && value > 0);
  return Object.fromEntries(wanted.map(({ labels, value }) => [labels['outcome'] ?? '', value]));
}

describe('a worker’s metrics', () => {
  it('count each outcome once it is written, and not again when its page is done anew', async () => {
    const activities = exportActivities({ ...fixture.dependencies, countOutcomes: metrics.countOutcomes });
    const run = await opened(activities, exportTarget(await fixture.aCustomer('SAP', 12)));
    expect(await counted('false')).toEqual({});
    await firstPage(activities, run);
    await firstPage(activities, run);
    expect(await counted('false')).toEqual({ sent: 12 });
  });

  it('count those of a dry run apart, and those that a run’s end gives to the rest', async () => {
    const activities = exportActivities({ ...fixture.dependencies, countOutcomes: metrics.countOutcomes });
    const dry = await opened(activities, exportTarget(await fixture.aCustomer('SAP', 3), { dryRun: true }));
    await firstPage(activities, dry);
    expect([await counted('true'), await counted('false')]).toEqual([{ sent: 3 }, {}]);
    const cancelled = await opened(activities, exportTarget(await fixture.aCustomer('SAP', 5)));
    await closedRun(activities, cancelled, 'cancelled');
    expect(await counted('false')).toEqual({ failed: 5 });
  });

  it('count the channels that asked for a pause, until it is over', async () => {
    const channel = await fixture.aCustomer('XAPI', 1);
    const open = await fixture.dependencies.channels.open(channel.id);
    expect((await samplesOf('invigil_channels_paused'))[0]?.value).toBe(0);
    if ('rateLimiter' in open) open.rateLimiter.pause(60_000);
    expect((await samplesOf('invigil_channels_paused'))[0]?.value).toBe(1);
  });

  it('hold the SDK’s series and both pools', async () => {
    expect(await metrics.metrics()).toContain('\ntemporal_up 1\n');
    const pools = (await samplesOf('invigil_database_pool_max')).map(({ labels }) => labels['pool']);
    expect(pools).toEqual(['main', 'exports']);
  });
});
