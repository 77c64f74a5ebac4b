import type { DecidedList } from './differences';
import type { Evaluation } from './evaluation';
import { compareIds } from './ids';
import type { QualificationRow } from './statuses';

/** Today's answers, or a preview's, as they are held against others. */
export function decidedNow({ assignments, decisions }: Pick<Evaluation, 'assignments' | 'decisions'>): DecidedList {
  return {
    assignmentIds: assignments.map(({ assignmentId }) => assignmentId),
    students: decisions.map(({ userId, qualifies, cells }) => ({ userId, answer: qualifies, cells })),
  };
}

/** A saved status's answers: the rule's, since an undecided student hasn't changed by being undecided. */
export function decidedThen(assignmentIds: readonly string[], rows: readonly QualificationRow[]): DecidedList {
  return { assignmentIds, students: rows.map(({ userId, ruled, cells }) => ({ userId, answer: ruled, cells })) };
}

/** One text for one set of answers under one rule, whatever order students were read in: what a draft's hash is made of. */
export function canonicalAnswers(
  list: DecidedList,
  rule: { plugin: string | null; version: number; settings: unknown },
): string {
  const answers = list.students.map(({ userId, answer }) => [userId, answer] as const);
  answers.sort(([one], [other]) => compareIds(one, other));
  return JSON.stringify([rule.plugin, rule.version, inOneOrder(rule.settings), answers]);
}

function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, inOneOrder(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => compareIds(one, other)));
}
