import { parseArgs } from 'node:util';
import { connectTemporal } from '../clients/temporal/attempts';
import { readSettings } from '../config/settings';
import { connectDatabase } from '../db/core/connect';
import type { Disagreement } from './reconcile/compare';
import { reconcile, type ReconcileTotals } from './reconcile/reconcile';

const HELP = `Compares the database with the workflows and mends what disagrees; the row decides.

  npm run reconcile [-- --dry-run --concurrency 10 --settle-ms 3000]

  --dry-run          list only
  --concurrency N    attempts looked at at the same time (10)
  --settle-ms N      a disagreement counts if it is still there after so long (3000)
  --help             this text

For when database or Temporal were restored from a copy. Reads DATABASE_URL, TEMPORAL_ADDRESS and the other settings of a
worker (docs/operations.md). A worker must be running: workflows are asked for what they know. May run beside everything else,
and again. One line per disagreement, tab-separated: what became of it, kind, workflow, what each side says.

Exit code 0: all agrees (now), 1: something is left, 2: misused.`;

interface Options {
  dryRun: boolean;
  concurrency: number;
  settleMs: number;
}

function readOptions(): Options | null {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      concurrency: text('10'),
      'settle-ms': text('3000'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  for (const name of ['concurrency', 'settle-ms'] as const) {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} must be a positive whole number`);
  }
  const [concurrency, settleMs] = [Number(values.concurrency), Number(values['settle-ms'])];
  return { dryRun: values['dry-run'], concurrency, settleMs };
}

async function run(options: Options): Promise<number> {
  const { databaseUrl, temporalAddress: address, temporalNamespace: namespace, timings } = readSettings();
  const knex = connectDatabase({ url: databaseUrl, poolMax: Math.min(options.concurrency, 10) });
  const gateway = connectTemporal({ address, namespace });
  try {
    const progress = (line: string): void => console.error(line);
    const totals = await reconcile({ knex, gateway, timings, ...options, report: printDisagreement, progress });
    console.log(summary(totals));
    return totals.left === 0 ? 0 : 1;
  } finally {
    await Promise.all([gateway.close(), knex.destroy()]);
  }
}

function printDisagreement({ kind, workflowId, detail }: Disagreement, outcome: 'mended' | 'left' | Error): void {
  const outcomeText = outcome instanceof Error ? `not mended (${outcome.message})` : outcome;
  console.log([outcomeText, kind, workflowId, detail].join('\t'));
}

function summary({ checked, found, left }: ReconcileTotals): string {
  return `${checked} looked at, ${found} disagreements, ${found - left} mended, ${left} left`;
}

async function main(): Promise<number> {
  let options: Options | null;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options) return run(options);
  console.log(HELP);
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
