import { type ConformanceStack, startConformanceStack } from './conformance-stack';
import { type QualificationResults, runQualification } from './qualification/qualification-conformance';
import { qualificationDifferences, qualificationLines } from './qualification/qualification-report';
import { readRecordings, sampled } from './recordings';

const SAMPLE = { periods: 4, walks: 14, seed: 20_261_128, parallel: 6 };

jest.setTimeout(240_000);

describe('A sample of what was recorded of qualification for final exams', () => {
  const { scenarios, walks, statusCases, rowCases } = readRecordings(['plugins', 'statuses', 'wizard']).qualification;
  const some = {
    scenarios: sampled(scenarios, SAMPLE.periods, SAMPLE.seed),
    walks: sampled(walks, SAMPLE.walks, SAMPLE.seed),
    statusCases,
    rowCases,
  };
  let stack: ConformanceStack;
  let results: QualificationResults;

  beforeAll(async () => {
    stack = await startConformanceStack([]);
    results = await runQualification(stack, some, { parallel: SAMPLE.parallel });
    console.log(qualificationLines(results).join('\n'));
  });

  afterAll(async () => {
    await stack.stop();
  });

  it('goes through import, drafts and saves of the running system as recorded, but for what was decided', () => {
    expect(qualificationDifferences(results)).toEqual([]);
  });

  it('has every step of every walk compared, told by the platform, or numbered', () => {
    const steps = some.walks.map(({ one }) => one.steps.length);
    expect(results.walks.map(({ verdicts }) => verdicts.length)).toEqual(steps);
    const verdicts = new Set(results.walks.flatMap((walk) => walk.verdicts));
    for (const verdict of verdicts) expect(verdict).toMatch(/^(agrees|told|not compared|D\d{1,2})$/);
  });

  it('has every run of every period decided by the rules alone and in the system', () => {
    for (const { runs, agreeing, wanted } of results.scenarios) expect(agreeing + wanted.length).toBe(runs);
  });
});
