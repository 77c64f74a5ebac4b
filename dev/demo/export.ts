import { setTimeout as pause } from 'node:timers/promises';
import type { ExportAnswer } from '../../contracts/http/exports';
import { ExportBar } from '../export-bar';
import { followExport } from '../export-follower';
import { inspectExports } from './export-findings';
import { CHANNEL, CUSTOMER, type ExportWorld, makeExportWorld, POISON } from './export-world';
import type { Finding } from './invariants';
import type { Progress } from './progress';
import type { World } from './world';

const OUTAGE_MS = 4_000;
/** Share of the export after which the channel goes down. */
const OUTAGE_AT_PERCENT = 20;

export interface Exported {
  first: ExportAnswer;
  findings: Finding[];
}

/**
 * Two thousand learners are told to a learning record store that answers 429 now and then, never takes two of the records,
 * and is down for a while; then once more, when there is nothing left to tell.
 */
export async function playExports(world: World, progress: Progress, isTerminal: boolean): Promise<Exported> {
  const { simulator } = world;
  const exporting = await makeExportWorld(world);
  await simulator.channel('lrs', { busyEvery: 12, retryAfterSeconds: 1, poison: POISON });
  const outage = new Outage(world, progress);
  const first = await exportAll(world, exporting, {
    bar: new ExportBar('Export of 2,000 learners', isTerminal, (line) => progress.line(line)),
    onProgress: (seen) => outage.beginAt(seen),
  });
  await outage.over();
  const second = await exportAll(world, exporting, {
    bar: new ExportBar('The same once more', isTerminal, (line) => progress.line(line)),
    onProgress: () => undefined,
  });
  const taken = await simulator.channelRecords('lrs');
  return { first, findings: inspectExports(exporting, { first, second, taken, hadOutage: outage.happened }) };
}

async function exportAll(
  { stack }: World,
  { api, token }: ExportWorld,
  { bar, onProgress }: { bar: ExportBar; onProgress: (seen: ExportAnswer) => void },
): Promise<ExportAnswer> {
  const path = `/customers/${CUSTOMER}/channels/${CHANNEL}/exports`;
  const { exportId } = await api.post<ExportAnswer>(path, { level: 'completion' });
  try {
    return await followExport({ url: stack.urls.api, token, exportId }, (seen) => {
      bar.show(seen);
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
    private readonly world: World,
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
    const { simulator } = this.world;
    await simulator.fail('channel:lrs', { outage: true });
    this.progress.line('The learning record store goes down.');
    await pause(OUTAGE_MS);
    await simulator.recover('channel:lrs');
    this.progress.line('The learning record store is back.');
  }
}
