import { type ConformanceStack, startConformanceStack } from './conformance-stack';
import { readRecordings, sampled } from './recordings';
import { type RecordedTrace, runTraces } from './traces/trace-conformance';
import { traceDisagreementLine, traceSummary, traceSummaryLine } from './traces/trace-report';
import { rulesOfTrace } from './traces/trace-rules';

/** Excerpts are kept; with GOLDEN_DIR the same number is drawn from whole files. */
const SAMPLE = { size: 12, seed: 20_260_302, parallel: 6 };

jest.setTimeout(240_000);

describe('A sample of recorded traces', () => {
  const files = ['traces_dev', 'traces_classic_dev'];
  const traces: RecordedTrace[] = files.flatMap((name) =>
    sampled(readRecordings([name]).traces, SAMPLE.size, SAMPLE.seed),
  );
  let stack: ConformanceStack;

  beforeAll(async () => {
    stack = await startConformanceStack(traces.map(({ file, one }) => rulesOfTrace(file, one)));
  });

  afterAll(async () => {
    await stack.stop();
  });

  it.each(files)('from %s replays through the running system step by step, but for what is wanted', async (name) => {
    const own = traces.filter(({ fileName }) => fileName === name);
    const results = await runTraces(stack, own, { parallel: SAMPLE.parallel });
    console.log(`${traceSummaryLine(traceSummary(name, results))}`);
    expect(results.filter(({ difference }) => difference !== undefined).map(traceDisagreementLine)).toEqual([]);
    expect(results).toHaveLength(SAMPLE.size);
  });
});
