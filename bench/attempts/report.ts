import { textTable } from '../../dev/table';
import { cpuOfAll, type Role } from '../measure/cpu';
import { met, rounded } from '../measure/figures';
import { median, percentile, sum } from '../measure/statistics';
import { whatBounds } from './bound';
import type { HistorySize } from './histories';
import { hasWorkflow, ATTEMPTS_VARIANTS, type AttemptsVariantName } from './plan';
import { attemptsPerSecond, type AttemptsTurn } from './turn';

export interface AttemptsResults {
  rounds: number;
  turns: Map<AttemptsVariantName, AttemptsTurn[]>;
  histories: Map<AttemptsVariantName, HistorySize>;
}

const ROLES: readonly Role[] = ['API', 'worker', 'Temporal', 'Postgres', 'simulator', 'client'];

const TARGETS = { vsFloor: 0.55, vsRegular: 2 };

/** Prints table, bounds and, as the last line, the result as JSON. */
export function printReport(results: AttemptsResults): void {
  console.log(table(results));
  for (const variant of ATTEMPTS_VARIANTS) console.log(`${variant}: ${whatBounds(turnsOf(results, variant))}`);
  const ratios = ratiosOf(results);
  console.log(cpuLine(results));
  console.log(
    `Targets: at least ${TARGETS.vsFloor} of the floor (${met(ratios.vsFloor >= TARGETS.vsFloor)}), at least ` +
      `${TARGETS.vsRegular} times regular activities (${met(ratios.vsRegularActivities >= TARGETS.vsRegular)}).`,
  );
  const cpuMsPerAttempt = rounded(cpuPerAttempt(turnsOf(results, 'invigil')), 1);
  const eventsPerAttempt = results.histories.get('invigil')?.events ?? 0;
  console.log(
    JSON.stringify({ bench: 'attempts', ...ratios, cpuMsPerAttempt, eventsPerAttempt, rounds: results.rounds }),
  );
}

/** Throughput of the real service over that of each other variant, each round for itself, the median of the rounds. */
function ratiosOf(results: AttemptsResults): { vsFloor: number; vsRegularActivities: number; vsNoEngine: number } {
  const ours = turnsOf(results, 'invigil');
  const versus = (variant: AttemptsVariantName): number => {
    const theirs = turnsOf(results, variant);
    return rounded(median(ours.map((turn, index) => attemptsPerSecond(turn) / rateOf(theirs[index]))), 3);
  };
  return { vsFloor: versus('floor'), vsRegularActivities: versus('regular'), vsNoEngine: versus('noEngine') };
}

/** The steadier comparison on a machine that others use as well. */
function cpuLine(results: AttemptsResults): string {
  const ours = cpuPerAttempt(turnsOf(results, 'invigil'));
  const others = ATTEMPTS_VARIANTS.filter((variant) => variant !== 'invigil').map((variant) => {
    return `${(ours / cpuPerAttempt(turnsOf(results, variant))).toFixed(2)} x ${variant}`;
  });
  return `CPU per attempt: invigil uses ${others.join(', ')}.`;
}

function table(results: AttemptsResults): string {
  const head = ['variant', 'attempts/s', 'min–max', 'CPU ms/attempt', ...ROLES, 'p50 ms', 'p99 ms', 'events', 'bytes'];
  const rows = ATTEMPTS_VARIANTS.map((variant) => row(results, variant));
  return textTable(head, rows, 'right');
}

function row(results: AttemptsResults, variant: AttemptsVariantName): string[] {
  const turns = turnsOf(results, variant);
  const rates = turns.map(attemptsPerSecond);
  const attempts = sum(turns.map((turn) => turn.attempts));
  const { roles } = cpuOfAll(turns.map(({ cpu }) => cpu));
  const latencies = turns.flatMap((turn) => turn.latencies);
  const history = hasWorkflow(variant) ? results.histories.get(variant) : undefined;
  return [
    variant,
    median(rates).toFixed(1),
    `${Math.min(...rates).toFixed(1)}–${Math.max(...rates).toFixed(1)}`,
    cpuPerAttempt(turns).toFixed(1),
    ...ROLES.map((role) => (roles.has(role) ? ((roles.get(role) ?? 0) / attempts).toFixed(1) : '–')),
    percentile(latencies, 0.5).toFixed(0),
    percentile(latencies, 0.99).toFixed(0),
    history ? String(history.events) : '–',
    history ? String(history.bytes) : '–',
  ];
}

function cpuPerAttempt(turns: readonly AttemptsTurn[]): number {
  return median(turns.map(({ cpu, attempts }) => sum(cpu.roles.values()) / attempts));
}

function turnsOf({ turns }: AttemptsResults, variant: AttemptsVariantName): AttemptsTurn[] {
  const found = turns.get(variant);
  if (!found) throw new Error(`${variant} has not run.`);
  return found;
}

function rateOf(turn: AttemptsTurn | undefined): number {
  if (!turn) throw new Error('A round is incomplete.');
  return attemptsPerSecond(turn);
}
