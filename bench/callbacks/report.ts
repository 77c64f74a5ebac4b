import { textTable } from '../../dev/table';
import { CORES, type CpuReading, type Role } from '../measure/cpu';
import { met, percent, rounded } from '../measure/figures';
import { median, percentile, sum } from '../measure/statistics';
import type { Drained } from './drain';
import { CALLBACKS_VARIANTS, type CallbacksVariantName } from './plan';
import type { CallbacksTurn } from './vendor';

const TARGET = 0.5;
const ROLES: readonly Role[] = ['API', 'Postgres', 'Temporal', 'client'];

export interface CallbacksResults {
  turns: ReadonlyMap<CallbacksVariantName, CallbacksTurn[]>;
  drained: Drained;
}

/** Prints table, drain and, as the last line, the result as JSON. */
export function printReport({ turns, drained }: CallbacksResults): void {
  console.log(tableOf(turns));
  const ours = turns.get('invigil') ?? [];
  const theirs = turns.get('insert') ?? [];
  const vsInsert = median(ours.map((turn, index) => turn.perSecond / (theirs[index]?.perSecond ?? Number.NaN)));
  const p99Ms = percentile(
    ours.flatMap(({ latencies }) => latencies),
    0.99,
  );
  console.log(
    `Drain: ${drained.applied} callbacks applied, ${drained.perSecond.toFixed(1)} per second. ${bound(drained)}`,
  );
  console.log(`Target: at least ${TARGET} of the insert (${met(vsInsert >= TARGET)}).`);
  const result = { vsInsert: rounded(vsInsert, 3), p99Ms: rounded(p99Ms, 1) };
  console.log(JSON.stringify({ bench: 'callbacks', ...result, drainPerSecond: rounded(drained.perSecond, 1) }));
}

function tableOf(turns: CallbacksResults['turns']): string {
  const head = ['variant', 'callbacks/s', 'min–max', ...ROLES.map((role) => `${role} ms each`), 'p50 ms', 'p99 ms'];
  const rows = CALLBACKS_VARIANTS.map((name) => [name, ...cells(turns.get(name) ?? [])]);
  return textTable(head, rows, 'right');
}

function cells(turns: readonly CallbacksTurn[]): string[] {
  const rates = turns.map(({ perSecond }) => perSecond);
  const latencies = turns.flatMap((turn) => turn.latencies);
  const range = `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`;
  const cpu = ROLES.map((role) =>
    (sum(turns.map((turn) => turn.cpu.roles.get(role) ?? 0)) / latencies.length).toFixed(2),
  );
  return [
    median(rates).toFixed(0),
    range,
    ...cpu,
    percentile(latencies, 0.5).toFixed(1),
    percentile(latencies, 0.99).toFixed(1),
  ];
}

/** What the machine was doing meanwhile. */
function bound({ cpu, wallMs, applied }: { cpu: CpuReading; wallMs: number; applied: number }): string {
  const machine = percent(cpu.machine / (wallMs * CORES));
  const roles = [...cpu.roles].toSorted(([, a], [, b]) => b - a);
  const each = roles.map(([role, ms]) => `${role} ${(ms / applied).toFixed(1)}`).join(', ');
  return `${machine} of ${CORES} cores busy; CPU-ms per callback: ${each}.`;
}
