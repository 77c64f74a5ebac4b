import { CORES, cpuOfAll } from '../measure/cpu';
import { percent } from '../measure/figures';
import { sum } from '../measure/statistics';
import type { AttemptsTurn } from './turn';

/** Above this share of the machine, more cores would help more than anything else. */
const CPU_BOUND = 0.85;

/** One sentence on what limits a variant, computed from its turns. */
export function whatBounds(turns: readonly AttemptsTurn[]): string {
  const wall = sum(turns.map(({ wallMs }) => wallMs));
  const used = cpuOfAll(turns.map(({ cpu }) => cpu));
  const machine = used.machine / (wall * CORES);
  const { roles } = used;
  const own = sum(roles.values());
  const shares = [...roles]
    .toSorted(([, a], [, b]) => b - a)
    .map(([role, ms]) => `${role} ${percent(ms / own)}`)
    .join(', ');
  const others = Math.max(0, machine - own / (wall * CORES));
  const [hottest = '', hottestMs = 0] = [...roles].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const conclusion =
    machine >= CPU_BOUND
      ? `CPU bounds it: ${percent(machine)} of ${CORES} cores are busy`
      : `CPU is not exhausted (${percent(machine)} of ${CORES} cores): it waits, ${hottest} is busiest with ${percent(hottestMs / wall)} of one core`;
  return `${conclusion}; of the CPU time ${shares}; other processes of the machine take ${percent(others)}.`;
}
