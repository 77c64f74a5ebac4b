import type { GoldenCase, GoldenFile, GoldenResult, GoldenRow } from '../golden/cases';
import {
  caseExam,
  courseOfExams,
  type InitialState,
  listedAttempts,
  singleAttempt,
  twoAttempts,
} from '../golden/initial';
import type { SimulatorAnswers } from './outside-world';
import { isAboutReviews, reviewCase } from './review-plan';

/** What the platform asks of the API in one step; attempts and exams by their recorded names. */
export type Operation =
  | { do: 'changeAttempt'; attempt: string; body: object }
  | { do: 'changeCurrent'; exam: string; body: object }
  | { do: 'remove'; attempt: string; requestedBy?: string }
  | { do: 'removeAll'; exam: string; requestedBy?: string }
  | { do: 'act'; attempt: string; action: unknown }
  | { do: 'create'; exam: string }
  | { do: 'review'; protocol: 'psi' | 'rest'; payload: GoldenRow; externalId: string }
  | { do: 'ready'; protocol: 'psi' | 'rest' }
  | { do: 'setReview'; reviewStatus: string };

/** Who asks; null = somebody without a token. `u1` is the attempt's owner, `vendor` has the scope callbacks. */
export type CaseCaller = 'staff' | 'vendor' | 'coursestaff' | 'outsider' | 'u1' | null;

/** A case made ready for the running system: what exists, what the outside answers, what is asked and what is promised. */
export interface CasePlan {
  initial: InitialState;
  by: CaseCaller;
  answers: SimulatorAnswers;
  /** What happened before; not compared. */
  before?: Operation[];
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
  http_delete: (file, one) => ({ ...removals(one, existing(file, one)), by: callerOf(one) }),
  http_reset_all: (file, one) => {
    const initial = twoAttempts(file, { ...one, older_status: 'error', newer_status: 'submitted' });
    const requestedBy = one.user ?? 'staff';
    return planned(one, initial, { do: 'removeAll', exam: 'e1', requestedBy }, callerOf(one));
  },
  reset_practice: (file, one) => {
    const initial = one.status === null ? nobody(file, one) : existing(file, one);
    return planned(one, initial, { do: 'act', attempt: 'a1', action: 'reset_attempt' }, 'u1');
  },
  action: (file, one) => planned(one, existing(file, one), { do: 'act', attempt: 'a1', action: one.action }, 'u1'),
};

/** @throws NotRun for a family that has no counterpart here. */
export function planCase(file: GoldenFile, one: GoldenCase): CasePlan {
  if (isAboutReviews(one)) return reviewCase(file, one);
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
  return planned(one, initial, operation);
}

function planned(one: GoldenCase, initial: InitialState, operation: Operation, by: CaseCaller = 'staff'): CasePlan {
  return { initial, by, answers: answersOf(one), steps: [{ operation, expected: one }] };
}

function callerOf({ user }: GoldenCase): CaseCaller {
  return user === undefined ? 'staff' : (user as CaseCaller);
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
  return planned(one, nobody(file, one), operation);
}

function missingRemoval(file: GoldenFile, one: GoldenCase): CasePlan {
  const all = one.via === 'http_reset';
  const operation: Operation = all ? { do: 'removeAll', exam: 'e1' } : { do: 'remove', attempt: 'none' };
  return planned(one, nobody(file, one), operation);
}

function removals(one: GoldenCase, initial: InitialState): CasePlan {
  const operation: Operation = { do: 'remove', attempt: 'a1', requestedBy: one.user ?? 'staff' };
  const results = one.steps ?? [one];
  return { initial, by: 'staff', answers: answersOf(one), steps: results.map((expected) => ({ operation, expected })) };
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
