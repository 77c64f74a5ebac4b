import type { GroupState } from '../../domain/qualification/group-result';

/** By their stored numbers, which must never change. */
const GROUP_STATES: readonly GroupState[] = ['corrected', 'closed-without-feedback', 'waiting', 'no-deadlines'];

export function groupStateNumber(state: GroupState): number {
  return GROUP_STATES.indexOf(state);
}

export function groupStateOf(stored: number): GroupState {
  const state = GROUP_STATES[stored];
  if (state === undefined) throw new Error(`There is no group state ${stored}.`);
  return state;
}
