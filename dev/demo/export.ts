import { setTimeout as pause } from 'node:timers/promises';
import { ExportBar } from '../../cli/export/bar';
import { followExport } from '../../cli/export/follower';
import type { ExportAnswer } from '../../contracts/http/exports';
import type { Progress } from '../progress';
import type { Demo } from './demo';
import { CHANNEL, CUSTOMER, type DemoCustomer, makeDemoCustomer, POISON } from './export-customer';
import { inspectExports } from './export-findings';
import type { Finding } from './finding';

const OUTAGE_MS = 4_000;
/** Share of the export after which the channel goes down. */
const OUTAGE_AT_PERCENT = 20;

export interface Exported {
  first: ExportAnswer;
  findings: Finding[];
}

/**
 * Two thousand learners are exported to a learning record store that answers 429 now and then, always refuses two records,
 * and is down for a while; then once more, when there is nothing left to send.
 */
export async function playExports(demo: Demo, progress: Progress, isTerminal: boolean): Promise<Exported> {
  const { simulator } = demo;
  const exporting = await makeDemoCustomer(demo);
  await simulator.channel('lrs').set({ busyEvery: 12, retryAfterSeconds: 1, poison: POISON });
  const outage = new Outage(demo, progress);
  const first = await exportAll(demo, exporting, {
    bar: new ExportBar('Export of 2,000 learners', isTerminal, (line) => progress.line(line)),
    onProgress: (seen) => outage.beginAt(seen),
  });
  await outage.over();
  const second = await exportAll(demo, exporting, {
    bar: new ExportBar('The same once more', isTerminal, (line) => progress.line(line)),
    onProgress: () => undefined,
  });
  const taken = await simulator.channel('lrs').records();
  return { first, findings: inspectExports(exporting, { first, second, taken, hadOutage: outage.happened }) };
}

async function exportAll(
  { stack }: Demo,
  { api, token }: DemoCustomer,
  { bar, onProgress }: { bar: ExportBar; onProgress: (seen: ExportAnswer) => void },
): Promise<ExportAnswer> {
  const path = `/customers/${CUSTOMER}/channels/${CHANNEL}/exports`;
  const { exportId } = await api.post<ExportAnswer>(path, { level: 'completion' });
  try {
    return await followExport({ url: stack.urls.api, token, exportId }, (seen) => {
      bar.update(seen);
      onProgress(seen);
    });
  } finally {
    bar.stop();
  }
}

/** The channel is down for a while, once. */
class Outage {
  private passing: Promise<void> | null = null;

  constructor(
    private readonly demo: Demo,
    private readonly progress: Progress,
  ) {}

  get happened(): boolean {
    return this.passing !== null;
  }

  beginAt({ percent, finishedAt }: ExportAnswer): void {
    if (percent >= OUTAGE_AT_PERCENT && finishedAt === null) this.passing ??= this.pass();
  }

  async over(): Promise<void> {
    await this.passing;
  }

  private async pass(): Promise<void> {
    const { simulator } = this.demo;
    await simulator.faults.set('channel:lrs', { outage: true });
    this.progress.line('The learning record store goes down.');
    await pause(OUTAGE_MS);
    await simulator.faults.clear('channel:lrs');
    this.progress.line('The learning record store is back.');
  }
}
