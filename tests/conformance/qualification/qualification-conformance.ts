import type { ConformanceStack } from '../conformance-stack';
import { inPool, type RunOptions } from '../pool';
import type { QualificationRecordings } from './qualification-files';
import { observedQualificationLine } from './qualification-report';
import { runScenario, type ScenarioResult } from './scenario-run';
import { runRowCase, runStatusCase, type StatusCaseResult } from './status-case-run';
import { runWalk, type WalkResult } from './walk-run';

export interface QualificationResults {
  scenarios: ScenarioResult[];
  walks: WalkResult[];
  statusCases: StatusCaseResult[];
}

/** Runs what was recorded of qualification against the stack, several at a time, each in a period of its own. */
export async function runQualification(
  stack: ConformanceStack,
  { scenarios, walks, statusCases, rowCases }: QualificationRecordings,
  options: RunOptions<string>,
): Promise<QualificationResults> {
  const { onResult, ...running } = options;
  const reporting = { ...running, onResult: (one: Reported) => onResult?.(observedQualificationLine(one)) };
  const rules = await inPool(statusCases, async (one) => runStatusCase(one), reporting);
  const rows = await inPool(rowCases, (one, order) => runRowCase(stack, one, `q${order + 1}`), reporting);
  return {
    statusCases: [...rules, ...rows],
    scenarios: await inPool(scenarios, (one, order) => runScenario(stack, one, `q${order + 1}`), reporting),
    walks: await inPool(walks, (one, order) => runWalk(stack, one, `w${order + 1}`), reporting),
  };
}

type Reported = ScenarioResult | WalkResult | StatusCaseResult;
