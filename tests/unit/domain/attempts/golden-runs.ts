import type { AttemptAction } from '../../../../domain/attempts/commands';
import type { Registration } from '../../../../domain/attempts/decision';
import { resolveRules } from '../../../../domain/attempts/rule-overrides';
import { classic, current, type RuleSet } from '../../../../domain/attempts/rule-sets';
import type { OnboardingRefusal } from '../../../../domain/attempts/statuses';
import { AttemptSimulator, type Simulated, type Surroundings } from '../../../golden/attempt-simulator';
import type { GoldenCase, GoldenFile } from '../../../golden/cases';
import {
  caseExam,
  courseOfExams,
  listedAttempts,
  singleAttempt,
  twoAttempts,
  type InitialState,
} from '../../../golden/initial';
import { expectedOutcome, type CaseOutcome } from '../../../golden/outcome';
import { examIdOf } from '../../../golden/rows';

/** The rules a case was recorded under: 6.1.4, or one of the specification's examples. */
export function rulesOf(one: GoldenCase): RuleSet {
  const timedOut = one.allow_timed_out_state;
  if (one.variant === undefined) return timedOut === true ? { ...current, allowTimedOutState: true } : current;
  if (one.variant === 'seed 001 example 2') {
    return resolveRules('classic', { sameStatusIsNoop: false, allowTimedOutState: timedOut === true });
  }
  return timedOut === undefined ? classic : resolveRules('classic', { allowTimedOutState: timedOut });
}

export function simulate(
  file: GoldenFile,
  one: GoldenCase,
  initial: InitialState,
  more: Partial<Surroundings> = {},
): AttemptSimulator {
  const surroundings: Surroundings = {
    now: new Date(file.now),
    rules: rulesOf(one),
    gradeOverrideOnRejection: one.grade_override_enabled ?? true,
    ...more,
  };
  return new AttemptSimulator(initial.exams, initial.attempts, surroundings);
}

/** Families that change the status of one attempt. */
export function runStatusChange(file: GoldenFile, one: GoldenCase): Simulated {
  const [initial, id] = statusCase(file, one);
  const attempt = initial.attempts.find((row) => row.id === id);
  const to = one.update?.to ?? one.to ?? '';
  const cascade = one.cascade_effects ?? !one.name?.endsWith(':no_cascade_flag');
  const timeoutAt = one.timeout_timestamp;
  return simulate(file, one, initial).run(attempt?.examId ?? 1, id, () => ({
    type: 'changeStatus',
    to,
    cascade,
    ...(one.attributable_to === undefined ? {} : { requestedBy: one.attributable_to }),
    ...(timeoutAt === undefined || timeoutAt === null ? {} : { timeoutAt: new Date(timeoutAt) }),
  }));
}

function statusCase(file: GoldenFile, one: GoldenCase): [InitialState, string | null] {
  if (one.exams) {
    const course = courseOfExams(file, one);
    const examId = examIdOf(one.update?.exam ?? 'e1');
    return [course, course.attempts.find((attempt) => attempt.examId === examId)?.id ?? null];
  }
  if (one.family === 'missing') return [{ exams: [caseExam(file, one)], attempts: [] }, null];
  if (one.family === 'two_attempts') return [twoAttempts(file, one), one.target === 'older' ? 'a1' : 'a2'];
  if (one.family === 'onboarding_clears') {
    const listed = listedAttempts(file, one);
    return [listed, listed.attempts.at(-1)?.id ?? null];
  }
  return [singleAttempt(file, one), 'a1'];
}

/** Removals by call; the specification's know neither who asks nor a provider. */
export function runRemoval(file: GoldenFile, one: GoldenCase): Simulated {
  const status = one.status;
  const initial =
    status === null || one.family === 'missing'
      ? { exams: [caseExam(file, one)], attempts: [] }
      : singleAttempt(file, one, status);
  const removal = one.backend_answer === true || one.backend_answer === undefined ? 'removed' : 'failed';
  const simulator = simulate(file, one, initial, { removal });
  const required = one.require_backend_removal ?? false;
  return simulator.run(1, 'a1', () => ({ type: 'remove', requestedBy: 'staff', requireProviderRemoval: required }));
}

/** A provider's recorded answer to a registration. */
function registrationOf(answer: string | undefined): Partial<Surroundings> {
  if (answer === undefined) return {};
  const registration: Registration = answer.startsWith('onboarding_')
    ? { outcome: 'onboarding', status: answer as OnboardingRefusal }
    : { outcome: 'refused', detail: answer };
  return { registration };
}

/** The expected result of a case, where it is what the library does: a missing attempt may be ignored. */
export function expectedResult(one: GoldenCase): CaseOutcome {
  const expected = expectedOutcome(one);
  if (one.family === 'missing' && one.raise_if_not_found === false) expected.ok = false;
  return expected;
}

/** Our part of a result, without the refusal's code, in which the recordings differ anyway. */
export function observed({ code: _code, ...outcome }: Simulated): CaseOutcome {
  return outcome;
}

/** PUT attempt `{"action": …}` by its owner; an unknown action is refused by the API, not the domain. */
export function runAction(file: GoldenFile, one: GoldenCase): Simulated {
  const simulator = simulate(file, one, singleAttempt(file, one, one.status ?? 'created'));
  const action = one.action as AttemptAction;
  return simulator.run(1, 'a1', (newAttempt) => ({ type: 'act', action, actor: 'learner', newAttempt }));
}

/** The learner restarts a practice exam. */
export function runReset(file: GoldenFile, one: GoldenCase): Simulated {
  const missing = { exams: [caseExam(file, one)], attempts: [] };
  const initial = typeof one.status === 'string' ? singleAttempt(file, one, one.status) : missing;
  const reset = { type: 'act', action: 'reset_attempt', actor: 'learner' } as const;
  return simulate(file, one, initial).run(1, 'a1', (newAttempt) => ({ ...reset, newAttempt }));
}

/** Creation beside an earlier attempt, around the due date, or with a provider that refuses. */
export function runCreation(file: GoldenFile, one: GoldenCase): Simulated {
  const status = one.resuming === true ? 'error' : one.status;
  const exam = caseExam(file, one);
  const initial =
    typeof status === 'string'
      ? singleAttempt(file, { ...one, ...NO_REQUEST }, status)
      : { exams: [exam], attempts: [] };
  const resumable = { readyToResume: true, isResumable: false, timeRemainingSeconds: 600 };
  if (one.resuming === true) initial.attempts = initial.attempts.map((attempt) => ({ ...attempt, ...resumable }));
  if (one.family === 'create_around_due') initial.exams.push(caseExam(file, NO_DUE_DATE, 'e2', 'proctored'));
  const simulator = simulate(file, one, initial, registrationOf(one.provider_answer));
  return simulator.run(1, null, (newAttempt) => ({
    type: 'create',
    newAttempt,
    takingAsProctored: one.taking_as_proctored ?? exam.isProctored,
    byLearner: one.via?.startsWith('http') ?? false,
    start: one.via === 'http_start_clock',
  }));
}

const NO_REQUEST = { taking_as_proctored: undefined } as unknown as Pick<GoldenCase, 'taking_as_proctored'>;
const NO_DUE_DATE: GoldenCase = { ok: true };

/** An attempt `created` on a timed exam is started: how many minutes does it get? */
export function runStart(file: GoldenFile, one: GoldenCase): Simulated {
  const initial = singleAttempt(file, { ...one, kind: 'timed' }, 'created');
  const extraTimeMins = Number(one.additional_time_granted ?? 0);
  const simulator = simulate(file, one, initial, { extraTimeMins });
  return simulator.run(1, 'a1', () => ({ type: 'act', action: 'start', actor: 'staff' }));
}

/** Staff makes an attempt ready to resume. */
export function runMarkReady(file: GoldenFile, one: GoldenCase): Simulated {
  const simulator = simulate(file, one, singleAttempt(file, one, one.status ?? 'created'));
  return simulator.run(1, 'a1', () => ({ type: 'act', action: 'mark_ready_to_resume', actor: 'staff' }));
}
