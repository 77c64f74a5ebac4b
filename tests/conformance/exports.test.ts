import { followedLookup } from '../golden/enterprise-lookups';
import { type RecordedExport } from './exports/export-files';
import { runExports } from './exports/export-conformance';
import { exportSummary, exportSummaryLines } from './exports/export-report';
import { runLookups } from './exports/lookup-run';
import { runSequences } from './exports/sequence-run';
import { lookupLines, sequenceLines } from './exports/transmission-report';
import { type House, startHouse } from './house';
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
  let house: House;

  beforeAll(async () => {
    house = await startHouse([]);
  });

  afterAll(async () => {
    await house.stop();
  });

  it('goes through the running system with the records, reasons and conflicts recorded, but for what is wanted', async () => {
    const verdicts = await runExports(house, cases, { parallel: SAMPLE.parallel });
    const summaries = files.map((name) =>
      exportSummary(
        name,
        verdicts.filter(({ recorded }) => recorded.fileName === name),
      ),
    );
    process.stderr.write(`${summaries.flatMap(exportSummaryLines).join('\n')}\n`);
    expect(summaries.flatMap(({ disagreeing }) => disagreeing.map(({ difference }) => difference))).toEqual([]);
    expect(verdicts).toHaveLength(SAMPLE.size * files.length);
    expect(verdicts.filter(({ sent }) => sent).length).toBeGreaterThan(3);
  });

  it('keeps the ledger of exports that follow each other, and so sends what was sent in the recordings', async () => {
    const [failing, others] = parted(recorded.sequences, ({ one }) => one.steps.some(({ respond }) => respond));
    const few = [...sampled(failing, FEW, SAMPLE.seed), ...sampled(others, SAMPLE.size, SAMPLE.seed)];
    const verdicts = await runSequences(house, few, { parallel: SAMPLE.parallel });
    process.stderr.write(`${sequenceLines(verdicts).join('\n')}\n`);
    expect(verdicts.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(verdicts.flatMap(({ sends }) => sends).filter((count) => count > 0).length).toBeGreaterThan(few.length / 2);
    expect(new Set(verdicts.map(({ rehearsed }) => rehearsed)).size).toBe(2);
  });

  it('answers whether a grade was told already as the recordings do, by the ledger that was imported', async () => {
    const [told, untold] = parted(recorded.lookups, ({ one }) => followedLookup(one));
    const few = [told, untold].flatMap((some) => sampled(some, FEW, SAMPLE.seed));
    const verdicts = await runLookups(house, few, { parallel: SAMPLE.parallel });
    process.stderr.write(`${lookupLines(verdicts).join('\n')}\n`);
    expect(verdicts.filter(({ difference }) => difference !== undefined)).toEqual([]);
    expect(verdicts.filter(({ answer }) => answer === true)).toHaveLength(FEW);
  });
});

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
