import { type CaseResult, runCases, runnable } from './conformance';
import { type ConformanceStack, startConformanceStack } from './conformance-stack';
import { readRecordings, type Recorded, sampled } from './recordings';
import { disagreementLine, summaries, summaryLine } from './report';
import { rulesOfCase } from './review-plan';

const SAMPLE = { size: 200, seed: 20_260_302, parallel: 8 };

jest.setTimeout(240_000);

describe('a sample of the recorded cases', () => {
  const cases: Recorded[] = sampled(runnable(readRecordings([]).cases).cases, SAMPLE.size, SAMPLE.seed);
  let stack: ConformanceStack;

  beforeAll(async () => {
    stack = await startConformanceStack(cases.map(({ one }) => rulesOfCase(one)));
  });

  afterAll(async () => {
    await stack.stop();
  });

  it('comes out of the running system as recorded, but for the differences that are wanted', async () => {
    const results: CaseResult[] = await runCases(stack, cases, { parallel: SAMPLE.parallel });
    const files = summaries(results);
    console.log(`${files.map(summaryLine).join('\n')}`);
    expect(files.flatMap(({ disagreeing }) => disagreeing.map(disagreementLine))).toEqual([]);
    expect(results).toHaveLength(SAMPLE.size);
  });
});
