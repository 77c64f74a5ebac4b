/** A semester as a platform sends it: 120 students, six weekly assignments, handed in by pairs in the last one. */
export const PERIOD = 'autumn-2026';
export const STUDENTS = 120;
const ASSIGNMENTS = 6;

/** The pair whose last assignment is graded late: it fails at first. */
export const LATE_PAIR: readonly [string, string] = ['q007', 'q008'];

const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

export const PERIOD_BODY = {
  nodeId: 'informatics',
  shortName: 'H26',
  longName: 'Informatics, autumn 2026',
  startsAt: inDays(-100),
  endsAt: inDays(20),
};

export function userIdOf(student: number): string {
  return `q${String(student).padStart(3, '0')}`;
}

/** Everything of the period, one row a line. */
export function periodLines(): object[] {
  const students = Array.from({ length: STUDENTS }, (_, index) => index + 1);
  const alone = students.flatMap((student) =>
    Array.from({ length: ASSIGNMENTS - 1 }, (_, index) =>
      groupLine([student], index + 1, pointsOf(student, index + 1)),
    ),
  );
  const pairs = students.filter((student) => student % 2 === 1);
  const together = pairs.map((first) => groupLine([first, first + 1], ASSIGNMENTS, pairPointsOf(first)));
  return [
    ...Array.from({ length: ASSIGNMENTS }, (_, index) => assignmentLine(index + 1)),
    ...students.map(studentLine),
    ...alone,
    ...together,
  ];
}

/** The late grading: one feedback of a group of two. */
export function lateFeedback(): object {
  const groupId = groupIdOf(7, ASSIGNMENTS);
  return {
    kind: 'feedback',
    groupId,
    deadline: 0,
    feedbackId: 'late',
    points: 74,
    grade: '74',
    isPassing: true,
    savedAt: inDays(0),
  };
}

/** Who passes everything at first. */
export function passesAll(student: number): boolean {
  const first = student % 2 === 1 ? student : student - 1;
  const own = Array.from({ length: ASSIGNMENTS - 1 }, (_, index) => pointsOf(student, index + 1));
  return [...own, pairPointsOf(first)].every((points) => points >= 50);
}

/** One in seven fails a week, another one in each. */
function pointsOf(student: number, week: number): number {
  const isLate = LATE_PAIR.includes(userIdOf(student));
  return !isLate && (student + week * 3) % 23 === 0 ? 31 : 52 + ((student * 7 + week * 5) % 47);
}

function pairPointsOf(first: number): number {
  return LATE_PAIR[0] === userIdOf(first) ? 41 : 55 + (first % 40);
}

function assignmentLine(week: number): object {
  const names = { assignmentId: `week-${week}`, shortName: `W${week}`, longName: `Week ${week}` };
  return { kind: 'assignment', ...names, publishedAt: inDays(week * 7 - 98), maxPoints: 100, passingPoints: 50 };
}

function studentLine(student: number): object {
  const username = userIdOf(student);
  return {
    kind: 'student',
    userId: username,
    username,
    email: `${username}@example.org`,
    fullName: `Student ${student}`,
  };
}

function groupLine(students: readonly number[], week: number, points: number): object {
  const groupId = groupIdOf(students[0] ?? 0, week);
  const feedback = { feedbackId: 'first', points, grade: String(points), isPassing: points >= 50, savedAt: inDays(-5) };
  const deadlines = [{ deadlineAt: inDays(week * 7 - 90), feedback: [feedback] }];
  const members = students.map(userIdOf);
  return { kind: 'group', groupId, assignmentId: `week-${week}`, members, isOpen: false, deadlines };
}

function groupIdOf(student: number, week: number): number {
  return student * 10 + week;
}
