import { randomUUID } from 'node:crypto';
import { sentOf } from '../../golden/publish';
import type { GoldenRow } from '../../golden/cases';
import type { TraceOperation } from '../../golden/traces';
import type { Answered, ApiCalls } from '../api-calls';
import type { SimulatorControl } from '../simulator-control';
import { locatorIn, type PayloadNames, vendorPayload } from '../vendor-payload';
import type { TraceCallers } from './trace-callers';
import type { TraceWorld } from './trace-world';

/** All that an operation is carried out with. */
export interface Stage {
  world: TraceWorld;
  callers: TraceCallers;
  simulator: SimulatorControl;
}

const DONE: Answered = { ok: true, http: 200 };

type Doing = (op: TraceOperation, stage: Stage) => Promise<Answered>;

/** Carries a recorded operation out through the API. @throws on one that nobody has recorded so far. */
export function carryOut(op: TraceOperation, stage: Stage): Promise<Answered> {
  const doing = Object.hasOwn(OPERATIONS, op.do) ? OPERATIONS[op.do] : undefined;
  if (!doing) throw new Error(`There is no operation "${op.do}".`);
  return doing(op, stage);
}

const OPERATIONS: Record<string, Doing> = {
  wait: () => Promise.resolve(DONE),
  time_passes: () => Promise.resolve(DONE),
  create: ({ user = '', exam = '', taking_as_proctored: takingAsProctored }, { world, callers }) =>
    callers.operator.post(`/exams/${world.examId(exam)}/attempts`, { userId: world.userId(user), takingAsProctored }),
  http_create: ({ user = '', exam = '', attempt_proctored: takingAsProctored, start_clock: start }, stage) =>
    learner(stage, user).post(`/exams/${stage.world.examId(exam)}/attempts`, {
      ...{ userId: stage.world.userId(user), takingAsProctored },
      ...(start === undefined ? {} : { start }),
    }),
  start: (op, { world, callers }) => callers.operator.post(`${newest(world, op)}/actions`, { action: 'start' }),
  update: ({ attempt = '', user, exam, to: status }, { world, callers }) => {
    const last = world.lastSeen(attempt);
    const [examLabel, learnerName] = [exam ?? (last && `e${last.examId}`), user ?? last?.userId];
    const byLearner = world.isClassic && examLabel !== undefined && learnerName !== undefined;
    const place = byLearner
      ? `/exams/${world.examId(examLabel)}/learners/${world.userId(learnerName)}/attempt`
      : path(world, attempt);
    return callers.operator.patch(place, { status });
  },
  action: ({ attempt = '', by = '', action }, stage) =>
    learner(stage, by).post(`${path(stage.world, attempt)}/actions`, { action }),
  poll: ({ attempt = '', by = '' }, stage) => learner(stage, by).get(path(stage.world, attempt)),
  remove: ({ attempt = '', by }, { world, callers }) =>
    callers.operator.remove(`${path(world, attempt)}${by === undefined ? '' : `?requestedBy=${by}`}`),
  reset_practice: (op, stage) =>
    learner(stage, op.user ?? '').post(`${newest(stage.world, op)}/actions`, { action: 'reset_attempt' }),
  mark_ready_to_resume: ({ attempt = '' }, { world, callers }) =>
    callers.operator.post(`${path(world, attempt)}/actions`, { action: 'mark_ready_to_resume' }),
  allowance: ({ user = '', exam = '', key = '', value }, { world, callers }) =>
    callers.operator.put(`/exams/${world.examId(exam)}/allowances/${world.userId(user)}/${key}`, { value }),
  change_exam: ({ exam = '', set = {} }, { world, callers }) =>
    callers.operator.patch(`/exams/${world.examId(exam)}`, examPatch(set)),
  review_psi: ({ about, payload = {} }, { world, callers }) =>
    callers.anonymous.post(`${vendor(world, about)}/reviews`, vendorPayload(payload, namesIn(world))),
  review_rest: ({ about, external_id: externalId = '', payload = {} }, { world, callers }) =>
    callers.vendor.post(`${vendor(world, about)}/attempts/${external(world, externalId)}/reviewed`, payload),
  ready_psi: ({ attempt = '' }, { world, callers }) =>
    callers.anonymous.get(`${vendor(world, attempt)}/start/${world.codeOf(attempt)}`),
  ready_rest: ({ attempt = '' }, { world, callers }) => {
    const id = encodeURIComponent(world.externalIdOf(`ext-${attempt}`));
    return callers.vendor.post(`${vendor(world, attempt)}/attempts/${id}/ready`, { status: 'ready' });
  },
  provider: setProvider,
  publish,
};

function learner({ callers }: Stage, user: string): ApiCalls {
  return callers.learners.get(user) ?? callers.outsider;
}

function path(world: TraceWorld, attempt: string): string {
  return `/attempts/${world.codeOf(attempt)}`;
}

/** Recorded calls that name exam and learner mean the newest attempt. */
function newest(world: TraceWorld, { user, exam = '' }: TraceOperation): string {
  const name = world.newestOf(user ?? '', exam);
  return name === undefined ? `/attempts/${randomUUID().toUpperCase()}` : path(world, name);
}

function vendor(world: TraceWorld, attempt: string | undefined): string {
  return `/providers/${encodeURIComponent(world.providerOf(attempt))}`;
}

function namesIn(world: TraceWorld): PayloadNames {
  return { codeOf: (attempt) => world.codeOf(attempt), externalIdOf: (recorded) => world.externalIdOf(recorded) };
}

function external(world: TraceWorld, id: string): string {
  return encodeURIComponent(String(locatorIn(id, namesIn(world))));
}

const EXAM_FIELDS: Record<string, string> = {
  time_limit_mins: 'timeLimitMins',
  due_date: 'dueDate',
  is_active: 'isActive',
  is_proctored: 'isProctored',
};

function examPatch(set: GoldenRow): object {
  return Object.fromEntries(Object.entries(set).map(([field, value]) => [EXAM_FIELDS[field] ?? field, value]));
}

/** What the provider says from now on: the simulator's registrations and removals of this course. */
async function setProvider(
  { register = 'ok', remove }: TraceOperation,
  { world, simulator }: Stage,
): Promise<Answered> {
  const outcome = register === 'ok' ? 'registered' : register.startsWith('onboarding_') ? register : 'refused';
  const answer = remove === 'raise' ? 'refused' : remove === false ? 'kept' : 'deleted';
  for (const name of ['software_secure', 'rest'].map((backend) => world.provider(backend))) {
    await simulator.registration(name, world.courseId, outcome);
    await simulator.removal(name, world.courseId, answer);
  }
  return DONE;
}

async function publish(op: TraceOperation, { world, callers, simulator }: Stage): Promise<Answered> {
  const { enable_proctored_exams, enable_timed_exams, proctoring_provider, exists = true } = op.course ?? {};
  const backend = proctoring_provider === undefined ? 'software_secure' : (proctoring_provider as string | null);
  const sent = Object.entries(op.sequences ?? {}).flatMap(([label, one]) =>
    sentOf(`block-${label}`, one as unknown as Parameters<typeof sentOf>[1]),
  );
  const body = {
    enableProctoredExams: enable_proctored_exams ?? true,
    enableTimedExams: enable_timed_exams ?? true,
    proctoringProvider: backend === null ? null : world.provider(backend),
    exams: sent.map(({ dueDate, ...exam }) => ({ ...exam, dueDate: dueDate?.toISOString() ?? null })),
  };
  await simulator.courseKnown(world.courseId, exists === true);
  const caller = op.feature_enabled === false ? await callers.publishingOff() : callers.operator;
  const answered = await caller.put(`/courses/${encodeURIComponent(world.courseId)}/special-exams`, body);
  await simulator.courseKnown(world.courseId, true);
  return answered;
}
