import type { GoldenCase, GoldenFile, GoldenResult } from '../golden/cases';
import {
  caseExam,
  courseOfExams,
  type InitialState,
  listedAttempts,
  singleAttempt,
  twoAttempts,
} from '../golden/initial';
import type { SimulatorAnswers } from './simulator-control';

/** What the platform asks of the API in one step; attempts and exams by their recorded names. */
export type Operation =
  | { do: 'changeAttempt'; attempt: string; body: object }
  | { do: 'changeCurrent'; exam: string; body: object }
  | { do: 'remove'; attempt: string; requestedBy?: string }
  | { do: 'removeAll'; exam: string };

/** A case made ready for the running system: what exists, what the outside answers, what is asked and what is promised. */
export interface CasePlan {
  initial: InitialState;
  answers: SimulatorAnswers;
  steps: { operation: Operation; expected: GoldenResult }[];
}

/** Why a case is not run. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
}

type Planner = (file: GoldenFile, one: GoldenCase) => CasePlan;

/** By family; files without families are cascades. */
const PLANNERS: Record<string, Planner> = {
  single: (file, one) => changes(one, singleAttempt(file, one), 'a1'),
  attributed: (file, one) => changes(one, singleAttempt(file, one), 'a1'),
  update: (file, one) => changes(one, singleAttempt(file, one), 'a1'),
  two_attempts: (file, one) => changes(one, twoAttempts(file, one), one.target === 'older' ? 'a1' : 'a2'),
  onboarding_clears: (file, one) => {
    const initial = listedAttempts(file, one);
    return changes(one, initial, initial.attempts.at(-1)?.id ?? 'a1');
  },
  cascade: (file, one) => {
    const initial = courseOfExams(file, one);
    const examId = Number(one.update?.exam.slice(1));
    return changes(one, initial, initial.attempts.find((attempt) => attempt.examId === examId)?.id ?? 'none');
  },
  missing: (file, one) => (one.to === undefined ? missingRemoval(file, one) : missingChange(file, one)),
  remove: (file, one) => removals(one, one.status === null ? nobody(file, one) : existing(file, one)),
  api: (file, one) => {
    if (one.require_backend_removal === false && one.backend_answer !== true) {
      throw new NotRun('a removal through the API always asks the provider');
    }
    return removals(one, existing(file, one));
  },
  twice: (file, one) => removals(one, existing(file, one)),
};

/** @throws NotRun for a family that has no counterpart here. */
export function planCase(file: GoldenFile, one: GoldenCase): CasePlan {
  const family = one.family ?? (one.exams ? 'cascade' : 'none');
  const planner = Object.hasOwn(PLANNERS, family) ? PLANNERS[family] : undefined;
  if (!planner) throw new NotRun(`family ${family} is not run here`);
  return planner(file, one);
}

/** The specification knows one attempt per exam and learner and finds it by these; 6.1.4 addresses the attempt. */
function changes(one: GoldenCase, initial: InitialState, attempt: string): CasePlan {
  const target = initial.attempts.find(({ id }) => id === attempt);
  const byLearner = one.variant !== undefined && target !== undefined;
  const operation: Operation = byLearner
    ? { do: 'changeCurrent', exam: `e${target.examId}`, body: changeBody(one) }
    : { do: 'changeAttempt', attempt, body: changeBody(one) };
  return { initial, answers: answersOf(one), steps: [{ operation, expected: one }] };
}

function changeBody(one: GoldenCase): object {
  const cascade = one.cascade_effects ?? !one.name?.endsWith(':no_cascade_flag');
  return {
    status: one.update?.to ?? one.to,
    ...(cascade ? {} : { cascade }),
    ...(one.attributable_to === undefined ? {} : { requestedBy: one.attributable_to }),
    ...(typeof one.timeout_timestamp === 'string' ? { timeoutAt: one.timeout_timestamp } : {}),
  };
}

function missingChange(file: GoldenFile, one: GoldenCase): CasePlan {
  const ifMissing = one.raise_if_not_found === false ? 'ignore' : 'error';
  const operation: Operation = { do: 'changeCurrent', exam: 'e1', body: { ...changeBody(one), ifMissing } };
  return { initial: nobody(file, one), answers: {}, steps: [{ operation, expected: one }] };
}

function missingRemoval(file: GoldenFile, one: GoldenCase): CasePlan {
  const all = one.via === 'http_reset';
  const operation: Operation = all ? { do: 'removeAll', exam: 'e1' } : { do: 'remove', attempt: 'none' };
  return { initial: nobody(file, one), answers: {}, steps: [{ operation, expected: one }] };
}

function removals(one: GoldenCase, initial: InitialState): CasePlan {
  const operation: Operation = { do: 'remove', attempt: 'a1', requestedBy: 'staff' };
  const results = one.steps ?? [one];
  return { initial, answers: answersOf(one), steps: results.map((expected) => ({ operation, expected })) };
}

function existing(file: GoldenFile, one: GoldenCase): InitialState {
  return singleAttempt(file, one, one.status ?? 'created');
}

function nobody(file: GoldenFile, one: GoldenCase): InitialState {
  return { exams: [caseExam(file, one)], attempts: [] };
}

function answersOf({ grade_override_enabled, backend_answer, config }: GoldenCase): SimulatorAnswers {
  return {
    ...(grade_override_enabled === undefined ? {} : { gradeOverride: grade_override_enabled }),
    ...(backend_answer === undefined || backend_answer === true
      ? {}
      : { removal: backend_answer === 'raise' ? 'refused' : 'kept' }),
    ...(config?.credit_state === 'none' ? { creditUnknown: true } : {}),
  };
}
