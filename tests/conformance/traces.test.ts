import { type House, startHouse } from './house';
import { readRecordings, sampled } from './recordings';
import { runTraces } from './traces/trace-conformance';
import { traceDisagreementLine, traceSummary, traceSummaryLine } from './traces/trace-report';
import { rulesOfTrace } from './traces/trace-rules';

/** Excerpts are kept; with GOLDEN_DIR the same number is drawn from whole files. */
const SAMPLE = { size: 12, seed: 20_260_302, parallel: 6 };

jest.setTimeout(240_000);

describe.each(['traces_dev', 'traces_classic_dev'])('a sample of %s', (name) => {
  const traces = sampled(readRecordings([name]).traces, SAMPLE.size, SAMPLE.seed);
  let house: House;

  beforeAll(async () => {
    house = await startHouse(traces.map(({ file, one }) => rulesOfTrace(file, one)));
  });

  afterAll(async () => {
    await house.stop();
  });

  it('replays through the running system as recorded, step by step, but for what is wanted', async () => {
    const verdicts = await runTraces(house, traces, { parallel: SAMPLE.parallel });
    process.stderr.write(`${traceSummaryLine(traceSummary(name, verdicts))}\n`);
    expect(verdicts.filter(({ difference }) => difference !== undefined).map(traceDisagreementLine)).toEqual([]);
    expect(verdicts).toHaveLength(SAMPLE.size);
  });
});
