import { decideRetract } from '../../../../../domain/qualification/retract';
import { recordedStoredView } from '../../../../golden/qualification/recorded-views';
import { WALKED_AT, type SavedStatus, type University } from '../../../../golden/qualification/university';
import { pluginIdOf, type Step } from '../../../../golden/qualification/walk';
import type { Look } from '../../../../golden/qualification/walk-comparison';
import { printOrder } from './printing';
import { storedView } from './views';

/** Does what a step other than a request did, or looks at what it looked at. An unknown one is an error. */
export function operate(university: University, step: Step): Look | null | 'not-pure' {
  const look = LOOKS[step.op];
  if (look !== undefined) return look(university, step);
  const change = CHANGES[step.op];
  if (change !== undefined) {
    change(university, step);
    return null;
  }
  if (NOT_PURE.has(step.op)) return 'not-pure';
  throw new Error(`nobody knows the step ${step.op}`);
}

/** A tag's length and its one row per period are the database's; a whole period is removed nowhere (D11). */
const NOT_PURE = new Set(['deadlinetag', 'delete_period']);

const CHANGES: Record<string, (university: University, step: Step) => void> = {
  feedback: (university, { assignment = '', student = '', points = 0, passing = false }) =>
    university.publish('p1', assignment, student, { points, isPassing: passing }),
  add_student: (university, { student = '', full_name: fullName = '' }) =>
    void university.data('p1').students.push({ userId: student, fullName }),
  remove_student: (university, { student = '' }) => {
    const data = university.data('p1');
    data.students = data.students.filter(({ userId }) => userId !== student);
    university.removed.students.add(student);
  },
  add_assignment: (university, { assignment = '' }) => university.addAssignment('p1', assignment),
  delete_assignment: (university, { assignment = '' }) => {
    const data = university.data('p1');
    data.assignments = data.assignments.filter(({ assignmentId }) => assignmentId !== `p1:${assignment}`);
  },
  delete_user: (university, { user = '' }) => void university.removed.users.add(user),
  delete_session: (university, { actor = '' }) => void university.lostSessions.add(actor),
  logout_login: (university, { actor = '' }) => void university.lostSessions.add(actor),
  set_createtime: (university, { n = 0, time = [] }) => void university.createdAt.set(n, sortable(time)),
  set_exported: (university, { n = 0 }) => {
    const saved = university.statuses.find((status) => status.n === n);
    if (saved !== undefined) saved.exported = true;
  },
  unregister: (university, { plugin }) => void university.removed.plugins.add(pluginIdOf(plugin ?? '')),
  reregister: (university, { plugin }) => void university.removed.plugins.delete(pluginIdOf(plugin ?? '')),
};

const LOOKS: Record<string, (university: University, step: Step) => Look> = {
  db: (university, { result }) => {
    const stored = university.statuses;
    const excused = [{ number: 'D11' as const, ours: storedView(withoutRemoved(university, stored)) }];
    return { ours: storedView(stored), recorded: recordedStoredView(result.db ?? []), excused };
  },
  current_status: (university, { result }) => {
    const recorded = result.exception === undefined ? { current: result.current, qualified: result.qualified } : null;
    const stored = university.statusesOf('p1');
    const excused = [
      { number: 'D11' as const, ours: currentOf(withoutRemoved(university, stored)) },
      { number: 'D12' as const, ours: university.byClock(() => currentOf(university.statusesOf('p1'))) },
    ];
    return { ours: currentOf(stored), recorded, excused };
  },
  print_order: (university, { n = 0, sortby = '', result }) => {
    const byCodeUnits = { number: 'D20' as const, ours: result.order };
    const ours = printOrder(university, n, sortby);
    const sameStudents = [...ours].sort().join() === [...(result.order ?? [])].sort().join();
    return { ours, recorded: result.order, excused: sameStudents ? [byCodeUnits] : [] };
  },
  create_status: (university, { status, message, plugin }) => {
    const newest = university.active('p1')?.status ?? null;
    const decision = decideRetract({ newest, at: WALKED_AT, by: 'periodadmin' }, { message, plugin });
    if (status === 'notready' && decision.kind === 'retracted') university.add('p1', decision.status, []);
    return { ours: decision.kind, recorded: 'retracted', excused: [] };
  },
};

/** As if what was removed since had taken its rows and statuses with it. */
function withoutRemoved({ removed }: University, statuses: readonly SavedStatus[]): SavedStatus[] {
  return statuses
    .filter(({ status }) => !removed.users.has(status.by))
    .map((saved) => ({ ...saved, rows: saved.rows.filter(({ userId }) => !removed.students.has(userId)) }));
}

function currentOf([active]: readonly SavedStatus[]): unknown {
  if (active === undefined) return null;
  const qualified = active.rows.filter(({ qualifies }) => qualifies === true).map(({ userId }) => userId);
  return { current: active.n, qualified: qualified.sort() };
}

function sortable(time: readonly number[]): string {
  return time.map((part) => String(part).padStart(4, '0')).join();
}
