import { isDeepStrictEqual } from 'node:util';
import { recordedOutcome } from '../../golden/qualification/recorded-outcome';
import type { Step } from '../../golden/qualification/walk';
import { agreesWith, comparedFields, comparedLook, decidedOtherwise } from '../../golden/qualification/walk-comparison';
import type { ConformanceStack } from '../conformance-stack';
import type { RecordedWalk } from './qualification-files';
import type { Differing } from './qualification-report';
import { setRecorded } from './walk-forced';
import { operate } from './walk-operations';
import { answerTo } from './walk-requests';
import { WalkStage } from './walk-stage';

/** What came of each step: `agrees`, `told`, `not compared` (the empty page) or the number of a decided difference. */
export interface WalkResult {
  recorded: RecordedWalk;
  verdicts: string[];
  differences: Differing[];
}

/** Walks through the running system in a university of its own. The first step that differs ends the walk. */
export async function runWalk(stack: ConformanceStack, recorded: RecordedWalk, token: string): Promise<WalkResult> {
  const { name, steps } = recorded.one;
  const result: WalkResult = { recorded, verdicts: [], differences: [] };
  const stage = new WalkStage(stack, token);
  try {
    await stage.setUp();
    for (const step of steps) result.verdicts.push(await walked(stage, step));
  } catch (error) {
    const where = `${name}, step ${result.verdicts.length} of ${steps.length}`;
    result.differences.push({ where, difference: (error as Error).message });
  }
  return result;
}

async function walked(stage: WalkStage, step: Step): Promise<string> {
  if (step.op === 'request') return requested(stage, step);
  const operated = await operate(stage, step);
  if (operated === 'told') return 'told';
  return 'look' in operated ? comparedLook(step, operated.look) : operated.notDone;
}

async function requested(stage: WalkStage, step: Step): Promise<string> {
  const ours = await answerTo(stage, step);
  if (ours === null) return 'not compared';
  const recorded = recordedOutcome(step);
  if (agreesWith(ours, recorded)) return comparedFields(step, ours);
  if (stage.university.createdAt.size > 0 && step.method === 'GET') {
    const byClock = await answerTo(stage, step, 'clock');
    if (isDeepStrictEqual(byClock?.view, recorded.view)) return 'D12';
  }
  const number = decidedOtherwise(step, recorded, ours, stage.university);
  await setRecorded(stage, step, recorded, ours);
  return number;
}
