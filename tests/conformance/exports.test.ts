import { expectedLookup } from '../golden/enterprise-lookups';
import { type ConformanceStack, startConformanceStack } from './conformance-stack';
import { runExports } from './exports/export-conformance';
import { type RecordedExport } from './exports/export-files';
import { exportSummary, exportSummaryLines } from './exports/export-report';
import { runLookups } from './exports/lookup-run';
import { runSequences } from './exports/sequence-run';
import { lookupLines, sequenceLines } from './exports/transmission-report';
import { readRecordings, sampled } from './recordings';

const SAMPLE = { size: 15, seed: 20_260_302, parallel: 6 };
const FEW = 6;

jest.setTimeout(240_000);

describe('A sample of recorded learner exports', () => {
  const files = ['export_cases', 'assessment_cases'];
  const cases: RecordedExport[] = files.flatMap((name) =>
    sampled(readRecordings([name]).exports, SAMPLE.size, SAMPLE.seed),
  );
  const recorded = readRecordings(['transmission_audit']);
  let stack: ConformanceStack;

  beforeAll(async () => {
    stack = await startConformanceStack([]);
  });

  afterAll(async () => {
    await stack.stop();
  });

  it('goes through the running system with the records, reasons and conflicts recorded, but for what is wanted', async () => {
    const results = await runExports(stack, cases, { parallel: SAMPLE.parallel });
    const summaries = files.map((name) =>
      exportSummary(
        name,
        results.filter(({ recorded }) => recorded.fileName === name),
      ),
    );
    console.log(`${summaries.flatMap(exportSummaryLines).join('\n')}`);
    expect(summaries.flatMap(({ disagreeing }) => disagreeing.map(({ difference }) => difference))).toEqual([]);
    expect(results).toHaveLength(SAMPLE.size * files.length);
    expect(results.filter(({ sent }) => sent).length).toBeGreaterThan(3);
  });

  it('keeps the ledger of exports that follow each other, and so sends what was sent in the recordings', async () => {
    const [failing, others] = parted(recorded.sequences, ({ one }) => one.steps.some(({ respond }) => respond));
    const few = [...sampled(failing, FEW, SAMPLE.seed), ...sampled(others, SAMPLE.size, SAMPLE.seed)];
    const results = await runSequences(stack, few, { parallel: SAMPLE.parallel });
    console.log(`${sequenceLines(results).join('\n')}`);
    expect(results.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(results.flatMap(({ sends }) => sends).filter((count) => count > 0).length).toBeGreaterThan(few.length / 2);
    expect(new Set(results.map(({ isDryRun: byDryRun }) => byDryRun)).size).toBe(2);
  });

  it('answers whether a grade was sent already as the recordings do, from the imported ledger', async () => {
    const [sentBefore, notSentBefore] = parted(recorded.lookups, ({ one }) => expectedLookup(one));
    const few = [sentBefore, notSentBefore].flatMap((some) => sampled(some, FEW, SAMPLE.seed));
    const results = await runLookups(stack, few, { parallel: SAMPLE.parallel });
    console.log(`${lookupLines(results).join('\n')}`);
    expect(results.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(results.filter(({ answer }) => answer === true)).toHaveLength(FEW);
  });
});

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
