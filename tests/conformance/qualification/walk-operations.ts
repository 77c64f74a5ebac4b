import { recordedStoredView } from '../../golden/qualification/recorded-views';
import { pluginIdOf, type Step } from '../../golden/qualification/walk';
import type { Look } from '../../golden/qualification/walk-comparison';
import { qualificationOf } from './office-api';
import { granted } from './walk-answers';
import { readPrint } from './walk-printing';
import { type NewestBy, qualifiedIn, readStatuses, type ShownStatus, storedView } from './walk-reading';
import type { WalkStage } from './walk-stage';

/** `told`: the platform told the system, which took it; `not done` with its number: a decided difference. */
export type Operated = { look: Look } | 'told' | { notDone: 'D4' | 'D11' | 'D12' };

/** Does what a step other than a request did, or looks at what it looked at. @throws for a step nobody knows */
export async function operate(stage: WalkStage, step: Step): Promise<Operated> {
  const look = LOOKS[step.op];
  if (look !== undefined) return { look: await look(stage, step) };
  const change = CHANGES[step.op];
  if (change === undefined) throw new Error(`nobody knows the step ${step.op}`);
  return (await change(stage, step)) ?? 'told';
}

const CHANGES: Record<string, (stage: WalkStage, step: Step) => Promise<Operated | void>> = {
  feedback: async (stage, { assignment = '', student = '', points = 0, passing = false }) => {
    stage.university.publish('p1', assignment, student, { points, isPassing: passing });
    await stage.tellGroups('p1', `p1:${assignment}`);
  },
  add_student: async (stage, { student = '', full_name: fullName = '' }) => {
    stage.university.data('p1').students.push({ userId: student, fullName });
    await stage.tellPeriod('p1');
  },
  remove_student: async (stage, { student = '' }) => {
    const data = stage.university.data('p1');
    data.students = data.students.filter(({ userId }) => userId !== student);
    stage.university.removed.students.add(student);
    await stage.importLines('p1', [{ kind: 'student', userId: stage.own(student), deleted: true }]);
  },
  add_assignment: async (stage, { assignment = '' }) => {
    stage.university.addAssignment('p1', assignment);
    await stage.tellPeriod('p1');
  },
  delete_assignment: async (stage, { assignment = '' }) => {
    const data = stage.university.data('p1');
    const assignmentId = `p1:${assignment}`;
    data.assignments = data.assignments.filter((one) => one.assignmentId !== assignmentId);
    data.groups = data.groups.filter((one) => one.assignmentId !== assignmentId);
    await stage.importLines('p1', [{ kind: 'assignment', assignmentId: stage.own(assignmentId), deleted: true }]);
  },
  set_exported: async (stage, { n = 0 }) => {
    const { periodId = '', seq = 0 } = stage.statuses[n] ?? {};
    const path = `${qualificationOf(stage.own(periodId))}/statuses/${seq}/exported`;
    granted(await (await stage.api('deptadmin')).post(path, {}));
  },
  unregister: async (stage, { plugin }) => void stage.university.removed.plugins.add(pluginIdOf(plugin ?? '')),
  reregister: async (stage, { plugin }) => void stage.university.removed.plugins.delete(pluginIdOf(plugin ?? '')),
  delete_period: async () => ({ notDone: 'D11' }),
  delete_user: async (stage, { user = '' }) => {
    stage.university.removed.users.add(user);
    return { notDone: 'D11' };
  },
  delete_session: lostSession,
  logout_login: lostSession,
  set_createtime: async (stage, { n = 0, time = [] }) => {
    const sortable = time.map((part) => String(part).padStart(4, '0')).join();
    stage.university.createdAt.set(n, sortable);
    return { notDone: 'D12' };
  },
};

/** Drafts lie at addresses of their own: nothing is lost. */
async function lostSession(stage: WalkStage, { actor = '' }: Step): Promise<Operated> {
  stage.university.lostSessions.add(actor);
  return { notDone: 'D4' };
}

const LOOKS: Record<string, (stage: WalkStage, step: Step) => Promise<Look>> = {
  db: async (stage, { result }) => {
    const stored = (await Promise.all(['p1', 'p2', 'old'].map((id) => readStatuses(stage, 'superuser', id)))).flat();
    const excused = [{ number: 'D11' as const, ours: storedView(withoutRemoved(stage, stored)) }];
    return { ours: storedView(stored), recorded: recordedStoredView(result.db ?? []), excused };
  },
  current_status: async (stage, { result }) => {
    const recorded = result.exception === undefined ? { current: result.current, qualified: result.qualified } : null;
    const stored = async (by: NewestBy): Promise<ShownStatus[]> => readStatuses(stage, 'superuser', 'p1', by);
    const byNumber = await stored('number');
    const excused = [
      { number: 'D11' as const, ours: currentOf(withoutRemoved(stage, byNumber)) },
      { number: 'D12' as const, ours: currentOf(await stored('clock')) },
    ];
    return { ours: currentOf(byNumber), recorded, excused };
  },
  print_order: printOrder,
  create_status: async (stage, { status, message, plugin }) => {
    if (status !== 'notready') throw new Error(`nobody makes ${status} without a draft`);
    const asked = { message, ...(plugin ? { plugin } : {}) };
    const answer = await (await stage.api('periodadmin')).post(`${qualificationOf(stage.own('p1'))}/retract`, asked);
    if (answer.status === 201) stage.addStatus('p1', Number(answer.body['seq']));
    return { ours: answer.status === 201, recorded: true, excused: [] };
  },
  deadlinetag: deadlineTag,
};

/** The order of everybody: each of the two lists that are printed is a part of it. */
async function printOrder(stage: WalkStage, { n = 0, sortby = '', result }: Step): Promise<Look> {
  const status = stage.statuses[n];
  if (status === undefined) throw new Error(`there is no status ${n}`);
  const ours = await readPrint(stage, 'periodadmin', status, sortby);
  const recorded = ours.map((list) => (result.order ?? []).filter((name) => list.includes(name)));
  const sorted = (lists: string[][]): string => JSON.stringify(lists.map((list) => [...list].sort()));
  const isComplete = result.order?.length === ours.flat().length;
  const excused = isComplete && sorted(ours) === sorted(recorded) ? [{ number: 'D20' as const, ours: recorded }] : [];
  return { ours, recorded: isComplete ? recorded : result.order, excused };
}

/** A period's tag: a second one replaces the first (D19), too long a name is refused in both. */
async function deadlineTag(stage: WalkStage, step: Step): Promise<Look> {
  const { period = '', tag, time = [], result } = step;
  const tagId = stage.own(`tag-of-${period}`);
  const [year = 0, month = 1, day = 1, hour = 0] = time;
  const at = new Date(Date.UTC(year, month - 1, day, hour)).toISOString();
  const answer = await (await stage.api('superuser')).putAnswer(`/deadline-tags/${tagId}`, { at, tag });
  const isTaken = answer.status === 200;
  if (isTaken) await stage.putPeriod(period, { deadlineTagId: tagId });
  const wasSecond = stage.tagged.has(period);
  if (isTaken) stage.tagged.add(period);
  const recorded = result.ok ?? false;
  return { ours: isTaken, recorded, excused: wasSecond && isTaken ? [{ number: 'D19', ours: false }] : [] };
}

/** As if what was removed since had taken its rows and statuses with it. */
function withoutRemoved({ university: { removed } }: WalkStage, statuses: readonly ShownStatus[]): ShownStatus[] {
  return statuses
    .filter(({ by }) => !removed.users.has(by))
    .map((shown) => ({ ...shown, students: shown.students.filter(([userId]) => !removed.students.has(userId)) }));
}

function currentOf([active]: readonly ShownStatus[]): unknown {
  return active === undefined ? null : { current: active.n, qualified: qualifiedIn(active.students) };
}
