import { type Finding, well, warning } from './finding';

/** By how many milliseconds each clock is ahead of ours; null for one that could not be read. */
export type ObservedClocks = Record<string, number | null>;

/** Deadlines are decided by one clock and shown by another; beyond this learners see the difference. */
const MOST_APART_MS = 2_000;

export function clockFindings(clocks: ObservedClocks): Finding[] {
  const read = Object.entries(clocks).filter((entry): entry is [string, number] => entry[1] !== null);
  const apart = read.filter(([, aheadMs]) => Math.abs(aheadMs) > MOST_APART_MS);
  const remedy = 'let all machines follow the same time servers (NTP)';
  if (apart.length > 0) return apart.map(([name, aheadMs]) => warning('clocks', describe(name, aheadMs), remedy));
  if (read.length === 0) return [warning('clocks', 'no other clock could be read', 'see to the database first')];
  return [well('clocks', `within ${MOST_APART_MS / 1_000} s of ours: ${read.map(([name]) => name).join(', ')}`)];
}

function describe(name: string, aheadMs: number): string {
  return `${name} is ${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`;
}
