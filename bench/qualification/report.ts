import { textTable } from '../../dev/table';
import { met, rounded } from '../measure/figures';
import type { QualificationTurn } from './turn';

const TARGETS = { perDoubling: 2.2, readyMs: 1_000, vsAggregate: 3, memoryGrowth: 1.2, eventLoopP99Ms: 20 };
/** The size the absolute targets are about. */
const USUAL = 5_000;

/** Prints table, targets and, as the last line, the result as JSON. */
export function printReport(turns: readonly QualificationTurn[]): void {
  console.log(tableOf(turns));
  const usual = turns.find(({ students }) => students === USUAL) ?? turns[0];
  const largest = turns.at(-1);
  if (usual === undefined || largest === undefined) throw new Error('There is nothing to report.');
  const doublings = turns.slice(1).map((turn, index) => perDoubling(turns[index] ?? turn, turn));
  const result = {
    perDoubling: rounded(Math.max(1, ...doublings), 2),
    readyMs: rounded(usual.readyMs, 0),
    vsAggregate: rounded(usual.readyMs / usual.aggregate.rowsMs, 2),
    vsAggregateInServer: rounded(usual.readyMs / usual.aggregate.serverMs, 2),
    memoryGrowth: rounded(grownBy(largest) / grownBy(usual), 2),
    cpuMs: rounded(usual.workerCpuMs + usual.postgresCpuMs, 0),
    eventLoopP99Ms: rounded(Math.max(...turns.map(({ eventLoopP99Ms }) => eventLoopP99Ms)), 1),
  };
  for (const [name, target] of Object.entries(TARGETS)) {
    const value = result[name as keyof typeof TARGETS];
    console.log(`${WORDS[name as keyof typeof TARGETS]}: ${value} (target ${target}: ${met(value <= target)})`);
  }
  console.log(JSON.stringify({ bench: 'qualification', ...result }));
}

const WORDS: Record<keyof typeof TARGETS, string> = {
  perDoubling: 'POST draft to ready, times per doubling of the students, at most',
  readyMs: `POST draft to ready at ${USUAL} students, ms`,
  vsAggregate: `Times one SQL aggregate with its rows at ${USUAL} students`,
  memoryGrowth: `Peak memory over idle, the largest period against ${USUAL} students`,
  eventLoopP99Ms: "p99 of the worker's event loop, ms, 10 of them the sampling",
};

/** How often as long it takes when there are twice as many. */
function perDoubling(less: QualificationTurn, more: QualificationTurn): number {
  return (more.readyMs / less.readyMs) ** (1 / Math.log2(more.students / less.students));
}

function grownBy({ peakMiB, idleMiB }: QualificationTurn): number {
  return peakMiB - idleMiB;
}

function tableOf(turns: readonly QualificationTurn[]): string {
  const head = [
    'students',
    'ready ms',
    'fastest',
    'slowest',
    'SQL ms',
    'in the server',
    'x SQL',
    'idle MiB',
    'peak MiB',
    'loop p99 ms',
    'loop max',
    'idle loop p99',
    'worker CPU ms',
    'Postgres CPU ms',
  ];
  const rows = turns.map((turn) => [
    turn.students,
    ...[turn.readyMs, Math.min(...turn.allMs), Math.max(...turn.allMs)].map((ms) => ms.toFixed(0)),
    ...[turn.aggregate.rowsMs, turn.aggregate.serverMs].map((ms) => ms.toFixed(0)),
    (turn.readyMs / turn.aggregate.rowsMs).toFixed(2),
    ...[turn.idleMiB, turn.peakMiB].map((size) => size.toFixed(0)),
    ...[turn.eventLoopP99Ms, turn.eventLoopMaxMs, turn.idleLoopP99Ms].map((ms) => ms.toFixed(1)),
    ...[turn.workerCpuMs, turn.postgresCpuMs].map((ms) => ms.toFixed(0)),
  ]);
  return textTable(head, rows, 'right');
}
