import type { Attempt, AttemptedExam } from '../../../domain/attempts/model';
import { ATTEMPT_STATUSES } from '../../../domain/attempts/statuses';
import { isPastDue } from '../../../domain/attempts/transitions/registration';
import type { TraceOperation, TraceStep } from '../../golden/traces';
import { isCompletedAsRecorded, isCrash, REQUESTED_STATUS, type WantedNumber } from '../../golden/wanted';

/** The learner's attempts as they were before the step. */
export type Before = ReadonlyMap<string, Attempt>;

/** The exams of the course as they are at the step, by label. */
export type ExamsNow = ReadonlyMap<string, AttemptedExam>;

/** What a step found when it came. */
export interface Found {
  before: Before;
  exams: ExamsNow;
}

/**
 * Which wanted difference a recorded step shows, if any: told by the operation, the state before it and the kind of its
 * recorded outcome, so that it cannot excuse a difference nobody wanted.
 */
export function wantedInStep(step: TraceStep, { before, exams }: Found): WantedNumber | undefined {
  const { op, error } = step;
  if (error && isCrash(error.type)) return hasWritten(step) ? 'P3' : 'P2';
  if (takenWithoutId(step) || (!step.ok && hasWritten(step))) return 'P3';
  const found = Object.hasOwn(BY_OPERATION, op.do) ? BY_OPERATION[op.do] : undefined;
  return found?.(op, before) ?? pastDue(step, before, exams) ?? ofAnotherProvider(step, before, exams);
}

/** The learner's way into an exam that is closed already. */
function pastDue({ op, at }: TraceStep, before: Before, exams: ExamsNow): WantedNumber | undefined {
  const enters =
    ['ready_psi', 'ready_rest'].includes(op.do) ||
    (op.do === 'action' && ['start', 'click_download_software'].includes(String(op.action)));
  const attempt = before.get(op.attempt ?? '');
  const exam = attempt && exams.get(`e${attempt.examId}`);
  return enters && exam && attempt.startedAt === null && isPastDue({ exam, now: new Date(at) }) ? 'P17' : undefined;
}

/** A call about an attempt whose exam has left the provider that registered it. */
function ofAnotherProvider({ op }: TraceStep, before: Before, exams: ExamsNow): WantedNumber | undefined {
  const named = before.get(op.attempt ?? op.about ?? '');
  const own = [...before.values()].filter(({ userId, examId }) => userId === op.user && `e${examId}` === op.exam);
  const left = (named ? [named] : own).some(({ externalId, provider, examId }) => {
    const exam = exams.get(`e${examId}`);
    return externalId !== null && exam !== undefined && exam.effectiveProvider !== provider;
  });
  return left ? 'P16' : undefined;
}

function hasWritten({ changed, created, deleted, archived }: TraceStep): boolean {
  return [changed, created, deleted, archived].some((written) => written !== undefined);
}

const BY_OPERATION: Record<string, (op: TraceOperation, before: Before) => WantedNumber | undefined> = {
  action: ({ attempt = '', action }, before) => {
    const status = before.get(attempt)?.status;
    const requested = REQUESTED_STATUS[String(action)];
    if (status === undefined || requested === undefined) return undefined;
    return requested === status || isCompletedAsRecorded(status) ? 'P1' : undefined;
  },
  start: (op, before) => {
    const own = [...before.values()].filter(({ userId, examId }) => userId === op.user && `e${examId}` === op.exam);
    const newest = own.toSorted((one, other) => other.number - one.number)[0];
    return newest?.status === 'started' ? 'P1' : undefined;
  },
  review_psi: ({ payload = {} }) => {
    if (payload['webCamComments'] === null) return 'P14';
    return typeof payload['reviewed_by'] === 'string' ? 'P4' : undefined;
  },
  ready_psi: ({ attempt = '' }, before) => {
    const status = before.get(attempt)?.status;
    return status === 'started' || status === 'ready_to_submit' ? 'P5' : undefined;
  },
  update: ({ to = '' }) => ((ATTEMPT_STATUSES as readonly string[]).includes(to) ? undefined : 'P12'),
};

/** A provider that named no id: recorded as success of which nothing came, refused here (timing.json, register_fails). */
function takenWithoutId({ op, ok, created }: TraceStep): boolean {
  return op.do === 'http_create' && ok && created === undefined;
}
