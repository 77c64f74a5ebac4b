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

export interface DecidedRule {
  plugin: string | null;
  version: number;
  settings: unknown;
}

/** One text for one rule with one choice of settings, in whatever order they were written. */
export function canonicalRule({ plugin, version, settings }: DecidedRule): string {
  return JSON.stringify([plugin, version, inOneOrder(settings)]);
}

/** A student's answer in the text that is hashed; answers come in the order of the ids. */
export function canonicalAnswer(userId: string, answer: boolean): string {
  return JSON.stringify([userId, answer]);
}

/** One text for one set of answers under one rule, whatever order students were read in: what a draft's hash is made of. */
export function canonicalAnswers(list: DecidedList, rule: DecidedRule): string {
  const students = [...list.students].sort((one, other) => compareIds(one.userId, other.userId));
  return canonicalRule(rule) + students.map(({ userId, answer }) => canonicalAnswer(userId, answer)).join('');
}

function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, inOneOrder(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [other]) => compareIds(one, other)));
}
