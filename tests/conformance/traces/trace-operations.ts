import { randomUUID } from 'node:crypto';
import type { GoldenRow } from '../../golden/cases';
import { sentOf } from '../../golden/publish';
import type { TraceOperation } from '../../golden/traces';
import type { CallOutcome, ApiCalls } from '../api-calls';
import type { OutsideWorld } from '../outside-world';
import { locatorIn, vendorPayload } from '../vendor-payload';
import type { TraceCallers } from './trace-callers';
import type { TraceCourse } from './trace-course';

/** All that an operation is carried out with. */
export interface TraceContext {
  course: TraceCourse;
  callers: TraceCallers;
  simulator: OutsideWorld;
}

const DONE: CallOutcome = { ok: true, http: 200 };

type Doing = (op: TraceOperation, stage: TraceContext) => Promise<CallOutcome>;

/** Carries a recorded operation out through the API. @throws on one that nobody has recorded so far. */
export function carryOut(op: TraceOperation, stage: TraceContext): Promise<CallOutcome> {
  const doing = Object.hasOwn(OPERATIONS, op.do) ? OPERATIONS[op.do] : undefined;
  if (!doing) throw new Error(`There is no operation "${op.do}".`);
  return doing(op, stage);
}

const OPERATIONS: Record<string, Doing> = {
  wait: () => Promise.resolve(DONE),
  time_passes: () => Promise.resolve(DONE),
  create: ({ user = '', exam = '', taking_as_proctored: takingAsProctored }, { course, callers }) =>
    callers.operator.post(`/exams/${course.examId(exam)}/attempts`, { userId: course.userId(user), takingAsProctored }),
  http_create: ({ user = '', exam = '', attempt_proctored: takingAsProctored, start_clock: start }, stage) =>
    learner(stage, user).post(`/exams/${stage.course.examId(exam)}/attempts`, {
      userId: stage.course.userId(user),
      takingAsProctored,
      ...(start === undefined ? {} : { start }),
    }),
  start: (op, { course, callers }) => callers.operator.post(`${newest(course, op)}/actions`, { action: 'start' }),
  update: ({ attempt = '', user, exam, to: status }, { course, callers }) => {
    const last = course.lastSeen(attempt);
    const [examLabel, learnerName] = [exam ?? (last && `e${last.examId}`), user ?? last?.userId];
    const byLearner = course.isClassic && examLabel !== undefined && learnerName !== undefined;
    const target = byLearner
      ? `/exams/${course.examId(examLabel)}/learners/${course.userId(learnerName)}/attempt`
      : path(course, attempt);
    return callers.operator.patch(target, { status });
  },
  action: ({ attempt = '', by = '', action }, stage) =>
    learner(stage, by).post(`${path(stage.course, attempt)}/actions`, { action }),
  poll: ({ attempt = '', by = '' }, stage) => learner(stage, by).get(path(stage.course, attempt)),
  remove: ({ attempt = '', by }, { course, callers }) =>
    callers.operator.remove(`${path(course, attempt)}${by === undefined ? '' : `?requestedBy=${by}`}`),
  reset_practice: (op, stage) =>
    learner(stage, op.user ?? '').post(`${newest(stage.course, op)}/actions`, { action: 'reset_attempt' }),
  mark_ready_to_resume: ({ attempt = '' }, { course, callers }) =>
    callers.operator.post(`${path(course, attempt)}/actions`, { action: 'mark_ready_to_resume' }),
  allowance: ({ user = '', exam = '', key = '', value }, { course, callers }) =>
    callers.operator.put(`/exams/${course.examId(exam)}/allowances/${course.userId(user)}/${key}`, { value }),
  change_exam: ({ exam = '', set = {} }, { course, callers }) =>
    callers.operator.patch(`/exams/${course.examId(exam)}`, examPatch(set)),
  review_psi: ({ about, payload = {} }, { course, callers }) =>
    callers.anonymous.post(`${vendor(course, about)}/reviews`, vendorPayload(payload, course)),
  review_rest: ({ about, external_id: externalId = '', payload = {} }, { course, callers }) =>
    callers.vendor.post(`${vendor(course, about)}/attempts/${external(course, externalId)}/reviewed`, payload),
  ready_psi: ({ attempt = '' }, { course, callers }) =>
    callers.anonymous.get(`${vendor(course, attempt)}/start/${course.codeOf(attempt)}`),
  ready_rest: ({ attempt = '' }, { course, callers }) => {
    const id = encodeURIComponent(course.externalIdOf(`ext-${attempt}`));
    return callers.vendor.post(`${vendor(course, attempt)}/attempts/${id}/ready`, { status: 'ready' });
  },
  provider: setProvider,
  publish,
};

function learner({ callers }: TraceContext, user: string): ApiCalls {
  return callers.learners.get(user) ?? callers.outsider;
}

function path(course: TraceCourse, attempt: string): string {
  return `/attempts/${course.codeOf(attempt)}`;
}

/** Recorded calls that name exam and learner mean the newest attempt. */
function newest(course: TraceCourse, { user, exam = '' }: TraceOperation): string {
  const name = course.newestOf(user ?? '', exam);
  return name === undefined ? `/attempts/${randomUUID().toUpperCase()}` : path(course, name);
}

function vendor(course: TraceCourse, attempt: string | undefined): string {
  return `/providers/${encodeURIComponent(course.providerOf(attempt))}`;
}

function external(course: TraceCourse, id: string): string {
  return encodeURIComponent(String(locatorIn(id, course)));
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
  { course, simulator }: TraceContext,
): Promise<CallOutcome> {
  const outcome = register === 'ok' ? 'registered' : register.startsWith('onboarding_') ? register : 'refused';
  const answer = remove === 'raise' ? 'refused' : remove === false ? 'kept' : 'deleted';
  for (const name of ['software_secure', 'rest'].map((backend) => course.provider(backend))) {
    const where = { provider: name, courseId: course.courseId };
    await simulator.answer('registration', { ...where, outcome });
    await simulator.answer('removal', { ...where, answer });
  }
  return DONE;
}

async function publish(op: TraceOperation, { course, callers, simulator }: TraceContext): Promise<CallOutcome> {
  const { enable_proctored_exams, enable_timed_exams, proctoring_provider, exists = true } = op.course ?? {};
  const backend = proctoring_provider === undefined ? 'software_secure' : (proctoring_provider as string | null);
  const sent = Object.entries(op.sequences ?? {}).flatMap(([label, one]) =>
    sentOf(`block-${label}`, one as unknown as Parameters<typeof sentOf>[1]),
  );
  const body = {
    enableProctoredExams: enable_proctored_exams ?? true,
    enableTimedExams: enable_timed_exams ?? true,
    proctoringProvider: backend === null ? null : course.provider(backend),
    exams: sent.map(({ dueDate, ...exam }) => ({ ...exam, dueDate: dueDate?.toISOString() ?? null })),
  };
  const { courseId } = course;
  await simulator.answer('course', { courseId, known: exists === true });
  const caller = op.feature_enabled === false ? await callers.publishingOff() : callers.operator;
  const answered = await caller.put(`/courses/${encodeURIComponent(courseId)}/special-exams`, body);
  await simulator.answer('course', { courseId, known: true });
  return answered;
}
