import type { Command } from 'commander';
import { readSettings } from '../../config/settings';
import type { Disagreement } from '../../worker/reconcile/compare';
import { reconcile, type ReconcileTotals } from '../../worker/reconcile/reconcile';
import { MisuseError } from '../failures';
import { withServers } from '../servers';
import { EXIT, type Subcommand } from '../subcommand';

interface ReconcileCommandOptions {
  dryRun?: boolean;
  concurrency: string;
  settleMs: string;
}

const HELP = `
For when database or Temporal were restored from a copy; the row decides. Reads the settings of a worker. A worker must be
running: workflows are asked for what they know. May run beside everything else, and again. One line per disagreement,
separated by tabs: what became of it, kind, workflow, what each side says.

Exit code: 0 all agrees (now); 1 something is left; 2 the command line makes no sense.

Example: invigil reconcile --dry-run`;

/** Compares database and workflows, in both directions. */
export const reconcileCommand: Subcommand<ReconcileCommandOptions> = {
  name: 'reconcile',
  summary: 'Compares the database with the workflows and mends what disagrees',

  define(command: Command): void {
    command
      .option('--dry-run', 'lists only')
      .option('--concurrency <n>', 'attempts looked at at the same time', '10')
      .option('--settle-ms <n>', 'a disagreement counts if it is still there after so long', '3000')
      .addHelpText('after', HELP);
  },

  async run({ dryRun = false, ...texts }) {
    const concurrency = wholeNumber('--concurrency', texts.concurrency, 200);
    const settleMs = wholeNumber('--settle-ms', texts.settleMs, 600_000);
    const settings = readSettings();
    const progress = (line: string): void => console.error(line);
    const totals = await withServers(settings, Math.min(concurrency, 10), (servers) => {
      const { timings } = settings;
      return reconcile({ ...servers, timings, dryRun, concurrency, settleMs, report: printDisagreement, progress });
    });
    console.log(summary(totals));
    return totals.left === 0 ? EXIT.ok : EXIT.failed;
  },
};

function wholeNumber(option: string, text: string, most: number): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  throw new MisuseError(`${option} ${text} is no whole number from 1 to ${most}.`);
}

function printDisagreement({ kind, workflowId, detail }: Disagreement, outcome: 'mended' | 'left' | Error): void {
  const outcomeText = outcome instanceof Error ? `not mended (${outcome.message})` : outcome;
  console.log([outcomeText, kind, workflowId, detail].join('\t'));
}

function summary({ checked, found, left }: ReconcileTotals): string {
  return `${checked} looked at, ${found} disagreements, ${found - left} mended, ${left} left`;
}
