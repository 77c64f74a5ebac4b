import type { AssignmentResult, StudentResults } from '../results';
import type { Message, ReasonParam } from '../text';

/** The answer of a rule that wants every one of some assignments passed. */
export interface RequiredAnswer {
  qualifies: boolean;
  code: RequiredCode;
  params?: Readonly<Record<string, ReasonParam>>;
}

type RequiredCode =
  | 'nothing-required'
  | 'all-passed'
  | 'one-failed'
  | 'one-without-result'
  | 'several-failed'
  | 'several-without-result'
  | 'failed-and-without-result';

/** A result that is not there yet fails too; nobody qualifies by what might still come. */
export function passesRequired({ results }: StudentResults, isRequired: (id: string) => boolean): RequiredAnswer {
  const required = results.filter(({ assignment }) => isRequired(assignment.assignmentId));
  if (required.length === 0) return { qualifies: true, code: 'nothing-required' };
  const lacking = required.filter(({ best }) => best?.passing !== true);
  const [only] = lacking;
  if (only === undefined) return { qualifies: true, code: 'all-passed', params: { count: required.length } };
  return { qualifies: false, ...(lacking.length === 1 ? oneLacking(only) : severalLacking(lacking)) };
}

type Lacking = Omit<RequiredAnswer, 'qualifies'>;

function oneLacking({ assignment, best }: AssignmentResult): Lacking {
  const named = { assignment: { assignment: assignment.assignmentId } };
  if (best === null) return { code: 'one-without-result', params: named };
  return { code: 'one-failed', params: { ...named, points: best.points ?? 0, maximum: assignment.maxPoints } };
}

function severalLacking(lacking: readonly AssignmentResult[]): Lacking {
  const idsOf = (hasResult: boolean): { assignments: string[] } => ({
    assignments: lacking.filter(({ best }) => (best !== null) === hasResult).map((one) => one.assignment.assignmentId),
  });
  const [failed, missing] = [idsOf(true), idsOf(false)];
  if (missing.assignments.length === 0) return { code: 'several-failed', params: { failed } };
  if (failed.assignments.length === 0) return { code: 'several-without-result', params: { missing } };
  return { code: 'failed-and-without-result', params: { failed, missing } };
}

export const REQUIRED_MESSAGES_EN: Readonly<Record<RequiredCode, Message>> = {
  'nothing-required': 'No assignment is required.',
  'all-passed': {
    count: 'count',
    one: 'The required assignment is passed.',
    other: 'All {count} required assignments are passed.',
  },
  'one-failed': '{assignment} is not passed: {points} of {maximum} points.',
  'one-without-result': '{assignment} has no result.',
  'several-failed': 'Not passed: {failed}.',
  'several-without-result': 'No result: {missing}.',
  'failed-and-without-result': 'Not passed: {failed}. No result: {missing}.',
};

export const REQUIRED_MESSAGES_NB: Readonly<Record<RequiredCode, Message>> = {
  'nothing-required': 'Ingen oppgaver kreves.',
  'all-passed': {
    count: 'count',
    one: 'Den obligatoriske oppgaven er bestått.',
    other: 'Alle {count} obligatoriske oppgaver er bestått.',
  },
  'one-failed': '{assignment} er ikke bestått: {points} av {maximum} poeng.',
  'one-without-result': '{assignment} har ikke noe resultat.',
  'several-failed': 'Ikke bestått: {failed}.',
  'several-without-result': 'Uten resultat: {missing}.',
  'failed-and-without-result': 'Ikke bestått: {failed}. Uten resultat: {missing}.',
};
