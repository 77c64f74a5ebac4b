import type { ApiClient } from '../../dev/api-client';

/** A period of the bench: who is in it, and how many of them pass everything. */
export interface BenchPeriod {
  periodId: string;
  students: number;
  qualify: number;
}

const DAY_MS = 86_400_000;
const LINES_AT_ONCE = 20_000;
/** Every so many students one has a second group for the first assignment, with fewer points. */
const WITH_SECOND_GROUP = 20;

const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** Imports a period over HTTP, as a platform does. */
export async function importPeriod(
  api: ApiClient,
  { students, assignments }: { students: number; assignments: number },
  advance: (done: number) => void,
): Promise<BenchPeriod> {
  const periodId = `bench-${students}`;
  await api.put('/nodes/bench', { kind: 'department', name: 'Bench' });
  const dates = { startsAt: inDays(-90), endsAt: inDays(30) };
  await api.put(`/periods/${periodId}`, { nodeId: 'bench', shortName: periodId, longName: periodId, ...dates });
  let waiting: object[] = Array.from({ length: assignments }, (_, number) => assignmentLine(number));
  let qualify = 0;
  for (let student = 0; student < students; student += 1) {
    waiting.push(...studentLines(student, assignments));
    if (passesAll(student, assignments)) qualify += 1;
    if (waiting.length < LINES_AT_ONCE && student < students - 1) continue;
    await api.importLines(`/periods/${periodId}/import`, waiting);
    waiting = [];
    advance(student + 1);
  }
  return { periodId, students, qualify };
}

function assignmentLine(number: number): object {
  const assignmentId = `a${number}`;
  const names = { assignmentId, shortName: assignmentId, longName: `Assignment ${number}` };
  return { kind: 'assignment', ...names, publishedAt: inDays(number - 80), maxPoints: 100, passingPoints: 50 };
}

function studentLines(student: number, assignments: number): object[] {
  const groups = Array.from({ length: assignments }, (_, number) =>
    groupLine(student, student * (assignments + 1) + number, number, pointsOf(student, number)),
  );
  const second = student * (assignments + 1) + assignments;
  const more = student % WITH_SECOND_GROUP === 0 ? [groupLine(student, second, 0, 1)] : [];
  return [{ kind: 'student', userId: userIdOf(student) }, ...groups, ...more];
}

function groupLine(student: number, groupId: number, assignment: number, points: number): object {
  const feedback = { feedbackId: `${groupId}`, points, grade: `${points}`, isPassing: points >= 50 };
  const deadlines = [{ deadlineAt: inDays(-20), feedback: [{ ...feedback, savedAt: inDays(-10) }] }];
  const group = { groupId, assignmentId: `a${assignment}`, members: [userIdOf(student)] };
  return { kind: 'group', ...group, isOpen: false, deadlines };
}

function userIdOf(student: number): string {
  return `s${String(student).padStart(7, '0')}`;
}

/** From 2 to 100; about one in forty fails. */
function pointsOf(student: number, assignment: number): number {
  const fails = (student * 7 + assignment * 11) % 41 === 0;
  return fails ? 2 + ((student + assignment) % 48) : 50 + ((student * 3 + assignment) % 51);
}

function passesAll(student: number, assignments: number): boolean {
  for (let number = 0; number < assignments; number += 1) if (pointsOf(student, number) < 50) return false;
  return true;
}
