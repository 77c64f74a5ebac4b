import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExportBar } from '../../../cli/export/bar';
import { UploadProgress } from '../../../cli/import/progress';
import type { ExportAnswer } from '../../../contracts/http/exports';

const totals = { selected: 31, sent: 0, unchanged: 0, skipped: {}, failed: 0, quarantined: 0, pending: 31 };
const seen = (percent: number, pending: number, phase: string): ExportAnswer =>
  ({
    percent,
    phase,
    ratePerSecond: null,
    etaSeconds: null,
    totals: { ...totals, pending },
  }) as unknown as ExportAnswer;

test('Without a terminal an export shows its first state and its last one, each once.', () => {
  const lines: string[] = [];
  const bar = new ExportBar('Export 1', false, (line) => lines.push(line));
  bar.update(seen(0, 31, 'exporting'));
  bar.update(seen(50, 15, 'exporting'));
  bar.update(seen(100, 0, 'ended'));
  bar.stop();
  bar.stop();
  expect(lines).toEqual(['Export 1: 0 %, 0 of 31, exporting', 'Export 1: 100 %, 31 of 31, ended']);
});

test('An export that is seen once is shown once.', () => {
  const lines: string[] = [];
  const bar = new ExportBar('Export 1', false, (line) => lines.push(line));
  bar.update(seen(100, 0, 'ended'));
  bar.stop();
  expect(lines).toHaveLength(1);
});

async function sendThrough(progress: UploadProgress, bytes: number): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(Readable.from([Buffer.alloc(bytes)]), progress.counter(), nowhere);
}

test('Without a terminal an upload shows how much was sent when it is over.', async () => {
  const lines: string[] = [];
  const progress = new UploadProgress(2_000_000, false, (line) => lines.push(line));
  await sendThrough(progress, 2_000_000);
  progress.finish();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^100 %, 2\.0 MB sent, /);
});

test('An upload that failed shows nothing: what was sent may not have arrived.', async () => {
  const lines: string[] = [];
  const progress = new UploadProgress(undefined, false, (line) => lines.push(line));
  await sendThrough(progress, 100);
  progress.stop();
  expect(lines).toEqual([]);
});
