import { textTable } from '../../dev/table';
import { CORES, type Role } from '../measure/cpu';
import { met, percent, rounded } from '../measure/figures';
import type { ExportBenchOptions } from './options';
import type { ExportTurn } from './turn';

/** Records per second of an exporter that walks learners one by one. */
const SERIAL_PEER = 10;
const TARGETS = { vsIdeal: 1.5, aim: 1.3, vsSerialPeer: 50, memoryGrowth: 1.2 };
const ROLES: readonly Role[] = ['worker', 'simulator', 'Postgres', 'Temporal'];

/** Prints table, targets and, as the last line, the result as JSON. */
export function printReport(turns: readonly ExportTurn[], options: ExportBenchOptions): void {
  const [first, last] = [turns.at(0), turns.at(-1)];
  if (!first || !last) throw new Error('There is nothing to report.');
  console.log(tableOf(turns, options));
  const [smallest, largest] = [leastOf(turns), mostOf(turns)];
  const result = {
    vsIdeal: rounded(largest.wallMs / idealMs(largest, options), 3),
    vsSerialPeer: rounded(perSecond(largest) / SERIAL_PEER, 1),
    memoryGrowth: rounded(largest.peakMiB / smallest.peakMiB, 3),
    eventsPer1000: rounded((1000 * largest.events) / largest.enrollments, 2),
    queriesPerEnrollment: rounded(largest.queries / largest.enrollments, 3),
    callsPerEnrollment: rounded(largest.lookUps / largest.enrollments, 4),
  };
  console.log(
    `The largest takes ${result.vsIdeal} times the ideal (target ${TARGETS.vsIdeal}: ${met(result.vsIdeal <= TARGETS.vsIdeal)}, ` +
      `aim ${TARGETS.aim}: ${met(result.vsIdeal <= TARGETS.aim)}), ${result.vsSerialPeer} times the serial peer's pace ` +
      `(target ${TARGETS.vsSerialPeer}: ${met(result.vsSerialPeer >= TARGETS.vsSerialPeer)}); peak memory grows ` +
      `${result.memoryGrowth} times (target ${TARGETS.memoryGrowth}: ${met(result.memoryGrowth <= TARGETS.memoryGrowth)}).`,
  );
  console.log(JSON.stringify({ bench: 'export', ...result }));
}

function tableOf(turns: readonly ExportTurn[], options: ExportBenchOptions): string {
  const cpu = ROLES.map((role) => `${role} CPU-ms each`);
  const head = [
    'enrollments',
    'records/s',
    'ideal',
    'x ideal',
    'bare x ideal',
    'peak MiB',
    'events',
    'queries',
    ...cpu,
    'machine',
  ];
  const rows = turns.map((turn) => {
    const ideal = idealMs(turn, options);
    return [
      turn.enrollments,
      perSecond(turn).toFixed(0),
      ((1000 * turn.enrollments) / ideal).toFixed(0),
      (turn.wallMs / ideal).toFixed(2),
      (turn.bare.wallMs / ((turn.bare.calls * options.latencyMs) / options.concurrency)).toFixed(2),
      turn.peakMiB.toFixed(0),
      turn.events,
      turn.queries,
      ...ROLES.map((role) => ((turn.cpu.roles.get(role) ?? 0) / turn.enrollments).toFixed(3)),
      percent(turn.cpu.machine / (turn.wallMs * CORES)),
    ];
  });
  return textTable(head, rows, 'right');
}

/** What the look-ups alone take when as many are always under way as may be. */
function idealMs({ lookUps }: ExportTurn, { latencyMs, concurrency }: ExportBenchOptions): number {
  return (lookUps * latencyMs) / concurrency;
}

export function perSecond({ enrollments, wallMs }: ExportTurn): number {
  return (1000 * enrollments) / wallMs;
}

function leastOf(turns: readonly ExportTurn[]): ExportTurn {
  return turns.reduce((least, turn) => (turn.enrollments < least.enrollments ? turn : least));
}

function mostOf(turns: readonly ExportTurn[]): ExportTurn {
  return turns.reduce((most, turn) => (turn.enrollments > most.enrollments ? turn : most));
}
