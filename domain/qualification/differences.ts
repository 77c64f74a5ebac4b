import { sameCell, type ResultCell } from './cells';
import { compareIds } from './ids';

/** A list of answers with the results they were made from: a preview, a saved status, or today's. */
export interface DecidedList {
  /** In the order of the cells. */
  assignmentIds: readonly string[];
  students: readonly DecidedStudent[];
}

export interface DecidedStudent {
  userId: string;
  /** What the rule said, also where the student was left undecided. */
  answer: boolean;
  cells: readonly ResultCell[];
}

/** One student about whom two lists differ. */
export interface StudentDifference {
  userId: string;
  change: 'came' | 'gone' | 'answer' | 'results';
  before: boolean | null;
  after: boolean | null;
  assignments: readonly AssignmentDifference[];
}

/** Null stands where the student or the assignment isn't in that list. */
export interface AssignmentDifference {
  assignmentId: string;
  before: ResultCell | null;
  after: ResultCell | null;
}

/** Everything two lists differ in, student by student and assignment by assignment, in the order of the ids. */
export function listDifferences(before: DecidedList, after: DecidedList): StudentDifference[] {
  return differencesBetween(before, after, true);
}

/** Those that matter to an exam office: another answer, or a student come or gone. Changed results alone do not. */
export function answerDifferences(before: DecidedList, after: DecidedList): StudentDifference[] {
  return differencesBetween(before, after, false);
}

function differencesBetween(before: DecidedList, after: DecidedList, withResults: boolean): StudentDifference[] {
  const pairs = pairedCells(before.assignmentIds, after.assignmentIds);
  const then = new Map(before.students.map((student) => [student.userId, student]));
  const now = new Map(after.students.map((student) => [student.userId, student]));
  const userIds = [...new Set([...then.keys(), ...now.keys()])].sort(compareIds);
  return userIds.flatMap((userId) => {
    const [was, is] = [then.get(userId), now.get(userId)];
    if (!withResults && was?.answer === is?.answer) return [];
    const assignments = assignmentDifferences(pairs, was, is);
    const change = changeOf(was, is, assignments.length > 0);
    if (change === null) return [];
    return [{ userId, change, before: was?.answer ?? null, after: is?.answer ?? null, assignments }];
  });
}

function changeOf(
  was: DecidedStudent | undefined,
  is: DecidedStudent | undefined,
  resultsDiffer: boolean,
): StudentDifference['change'] | null {
  if (was === undefined) return 'came';
  if (is === undefined) return 'gone';
  if (was.answer !== is.answer) return 'answer';
  return resultsDiffer ? 'results' : null;
}

/** Where an assignment's cells stand in the two lists; -1 = it isn't in that list. */
interface CellPair {
  assignmentId: string;
  before: number;
  after: number;
}

function pairedCells(before: readonly string[], after: readonly string[]): CellPair[] {
  const [then, now] = [positionsIn(before), positionsIn(after)];
  return [...new Set([...after, ...before])].map((assignmentId) => ({
    assignmentId,
    before: then.get(assignmentId) ?? -1,
    after: now.get(assignmentId) ?? -1,
  }));
}

function positionsIn(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, position) => [id, position]));
}

function assignmentDifferences(
  pairs: readonly CellPair[],
  was: DecidedStudent | undefined,
  is: DecidedStudent | undefined,
): AssignmentDifference[] {
  return pairs.flatMap(({ assignmentId, ...at }) => {
    const before = was?.cells[at.before] ?? null;
    const after = is?.cells[at.after] ?? null;
    const same = before === null || after === null ? before === after : sameCell(before, after);
    return same ? [] : [{ assignmentId, before, after }];
  });
}
