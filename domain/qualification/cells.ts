import type { GroupResult } from './group-result';
import type { AssignmentResult } from './results';

/** What a student had on an assignment when a decision was made; this is what a saved status keeps of it. */
export interface ResultCell {
  state: CellState;
  points: number | null;
  /** The group whose result counted, or the first one where none did. */
  groupId: number | null;
}

/** In the order of their stored numbers, which must never change. */
export const CELL_STATES = [
  'not-registered',
  'no-deadlines',
  'waiting',
  'closed-without-feedback',
  'failed',
  'passed',
] as const;

export type CellState = (typeof CELL_STATES)[number];

export function cellOf({ best, groups }: AssignmentResult): ResultCell {
  if (best !== null) return { state: best.passing ? 'passed' : 'failed', points: best.points, groupId: best.groupId };
  const [first] = groups;
  if (first === undefined) return { state: 'not-registered', points: null, groupId: null };
  return { state: stateWithoutResult(first), points: null, groupId: first.groupId };
}

export function sameCell(one: ResultCell, other: ResultCell): boolean {
  return one.state === other.state && one.points === other.points && one.groupId === other.groupId;
}

function stateWithoutResult({ state }: GroupResult): CellState {
  return state === 'corrected' ? 'closed-without-feedback' : state;
}
