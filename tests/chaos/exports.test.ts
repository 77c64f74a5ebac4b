import type { ExportAnswer } from '../../contracts/http/exports';
import { waitUntil } from '../../dev/wait-until';
import { ChaosStack } from './chaos-stack';
import { ChaosCustomer } from './export-customer';

jest.setTimeout(900_000);

/** `npm test` exports 1,000 to each channel, `npm run chaos:exports` the whole ten thousand. */
const LEARNERS = Number(process.env['CHAOS_EXPORTS'] ?? 1_000);
const POISONED = [1, 2, 3, 4, 5];
const PATIENCE_MS = 600_000;

describe('exports to busy channels with records that are always refused, while the worker is killed twice', () => {
  let chaos: ChaosStack;
  let xapi: ChaosCustomer;
  let sap: ChaosCustomer;
  let exportIds: { xapi: string; sap: string };
  let ended: { xapi: ExportAnswer; sap: ExportAnswer };

  beforeAll(async () => {
    chaos = await ChaosStack.open({
      EXPORT_PAGE_SIZE: String(Math.ceil(LEARNERS / 4)),
      EXPORT_LOOKUP_CONCURRENCY: '20',
    });
    xapi = await ChaosCustomer.make(chaos, 'store', 'XAPI', LEARNERS);
    sap = await ChaosCustomer.make(chaos, 'company', 'SAP', LEARNERS);
    for (const customer of [xapi, sap]) {
      const poison = POISONED.map((n) => customer.learnerAtChannel(n));
      await customer.channel.set({ busyEvery: 10, retryAfterSeconds: 0, poison });
    }
    for (const service of ['grades', 'certificates']) await chaos.simulator.faults.set(service, { latencyMs: 10 });
    exportIds = { xapi: await xapi.start(), sap: await sap.start() };
    for (const share of [0.1, 0.4]) await killDuringSending(share);
    ended = {
      xapi: await xapi.untilEnded(exportIds.xapi, PATIENCE_MS),
      sap: await sap.untilEnded(exportIds.sap, PATIENCE_MS),
    };
  });

  afterAll(() => chaos.close());

  /** Requests already sent when the worker dies are accepted by the channels afterwards: the hardest case for exactly once. */
  async function killDuringSending(share: number): Promise<void> {
    const isSoFar = async (): Promise<boolean> => (await xapi.atChannel()).length >= share * LEARNERS;
    await waitUntil(isSoFar, { what: `${share} of the records`, timeoutMs: PATIENCE_MS, intervalMs: 25 });
    await chaos.simulator.faults.set('channel', { hang: true });
    await waitUntil(recordsWait, { what: 'records under way', timeoutMs: 30_000, intervalMs: 25 });
    const runs = [await xapi.export(exportIds.xapi), await sap.export(exportIds.sap)];
    expect(runs.map(({ finishedAt }) => finishedAt)).toEqual([null, null]);
    await chaos.worker.kill();
    await chaos.simulator.faults.clear();
    await chaos.worker.start();
  }

  async function recordsWait(): Promise<boolean> {
    const waiting = await Promise.all([xapi, sap].map((customer) => customer.isWaitedFor()));
    return waiting.every(Boolean);
  }

  function sumOf({ totals }: ExportAnswer): number {
    const skipped = Object.values(totals.skipped).reduce((sum, n) => sum + n, 0);
    return totals.sent + totals.unchanged + skipped + totals.failed + totals.quarantined;
  }

  test('The store has every learner exactly once, except those always refused.', async () => {
    const counts = (await xapi.atChannel()).filter(({ accepted }) => accepted > 0);
    expect(counts.filter(({ accepted }) => accepted !== 1)).toEqual([]);
    expect(counts).toHaveLength(LEARNERS - POISONED.length);
  });

  test('The export to the store is completed with errors, its totals add up, and the refused records are quarantined.', async () => {
    const { status, totals } = ended.xapi;
    const sent = LEARNERS - POISONED.length;
    expect({ status, totals }).toMatchObject({
      status: 'completed-with-errors',
      totals: { selected: LEARNERS, sent, quarantined: POISONED.length, failed: 0, pending: 0 },
    });
    expect(sumOf(ended.xapi)).toBe(LEARNERS);
    expect(await xapi.learnersWith(exportIds.xapi, 'quarantined', 'refused')).toEqual(POISONED);
  });

  test('SAP, which stores a repeated request as another record, has nobody twice.', async () => {
    const counts = await sap.atChannel();
    expect(counts.filter(({ accepted }) => accepted > 1)).toEqual([]);
    expect(counts.length).toBeGreaterThan(LEARNERS / 2);
  });

  test('Records for SAP that were under way when the worker died are listed as in doubt; all others are accounted for.', async () => {
    const { status, totals, needsAttention } = ended.sap;
    expect({ status, needsAttention }).toEqual({ status: 'completed-with-errors', needsAttention: 'in-doubt' });
    expect([totals.selected, sumOf(ended.sap)]).toEqual([LEARNERS, LEARNERS]);
    const inDoubt = await sap.learnersWith(exportIds.sap, 'failed', 'in-doubt');
    expect(inDoubt.length).toBeGreaterThan(0);
    const held = await chaos
      .knex<{ enrollment_id: string; run_id: string; state: string }>('transmissions')
      .where({ run_id: exportIds.sap, state: 'held' });
    expect(held.map((row) => Number(row.enrollment_id)).sort((a, b) => a - b)).toEqual(inDoubt);
    const taken = new Set(
      (await sap.atChannel()).filter(({ accepted }) => accepted === 1).map(({ learner }) => learner),
    );
    const sent = await sap.learnersWith(exportIds.sap, 'sent', null);
    expect(sent.filter((n) => !taken.has(sap.learnerAtChannel(n)))).toEqual([]);
    const refused = await sap.learnersWith(exportIds.sap, 'quarantined', 'refused');
    expect([...refused, ...inDoubt.filter((n) => POISONED.includes(n))].sort((a, b) => a - b)).toEqual(POISONED);
  });
});
