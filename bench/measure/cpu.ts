import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Jiffies of /proc are hundredths of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

export type Role = 'API' | 'worker' | 'Temporal' | 'Postgres' | 'simulator' | 'client';

/** The processes behind one variant. */
export type Pids = Partial<Record<Role, number>>;

/** CPU milliseconds used so far by role, and by the whole machine. */
export interface CpuReading {
  roles: Map<Role, number>;
  machine: number;
}

export const CORES = cpus().length;

/** Reads /proc. Postgres counts with all its backends, those that have ended included. */
export function readCpu(pids: Pids): CpuReading {
  const roles = new Map<Role, number>();
  for (const [role, pid] of Object.entries(pids) as [Role, number][]) {
    roles.set(role, role === 'Postgres' ? familyMs(pid) : ticksOf(pid, OWN) * MS_PER_TICK);
  }
  return { roles, machine: machineMs() };
}

/** What was used between two readings. */
export function cpuBetween(before: CpuReading, after: CpuReading): CpuReading {
  const roles = new Map([...after.roles].map(([role, ms]) => [role, ms - (before.roles.get(role) ?? 0)]));
  return { roles, machine: after.machine - before.machine };
}

/** What several stretches used together. */
export function cpuOfAll(stretches: readonly CpuReading[]): CpuReading {
  const total: CpuReading = { roles: new Map(), machine: 0 };
  for (const { roles, machine } of stretches) {
    for (const [role, ms] of roles) total.roles.set(role, (total.roles.get(role) ?? 0) + ms);
    total.machine += machine;
  }
  return total;
}

/** Positions in /proc/pid/stat after the command's name: utime and stime, and those of children waited for. */
const OWN = [11, 12];
const WITH_ENDED_CHILDREN = [11, 12, 13, 14];

function familyMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const live = children.map((child) => quietly(() => ticksOf(Number(child), OWN)));
  return (ticksOf(pid, WITH_ENDED_CHILDREN) + live.reduce((total, ticks) => total + ticks, 0)) * MS_PER_TICK;
}

function ticksOf(pid: number, positions: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return positions.reduce((total, position) => total + Number(fields[position]), 0);
}

/** User, nice, system, irq and softirq time of all cores. */
function machineMs(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const fields = line.trim().split(/\s+/).slice(1).map(Number);
  return [0, 1, 2, 5, 6].reduce((total, index) => total + (fields[index] ?? 0), 0) * MS_PER_TICK;
}

/** A backend may end between listing and reading; its parent then counts it. */
function quietly(read: () => number): number {
  try {
    return read();
  } catch {
    return 0;
  }
}
