import { readNumbers } from '../command-line';

export interface DueDateOptions {
  attempts: number;
}

export const HELP = `Many attempts running towards one due date: do all end, and how long after it?

  npm run bench:due-date [-- --attempts 2000]

  --attempts N   attempts that run until the same instant (2000)
  --help         this text

Starts its own Postgres, Temporal (in memory), platform simulator, API and worker. All attempts are started at one instant of
their course's clock, which is then set so that the due date comes once every timer is armed; docs/benchmarks.md says how it
is measured. The last line of the output is JSON. Exit code 1 when an attempt does not end at the due date, or an effect of
one fails.`;

const DEFAULTS = { attempts: '2000' };

/** Undefined when help was asked for. @throws naming the option that is not a positive whole number. */
export function readOptions(args: readonly string[]): DueDateOptions | undefined {
  return readNumbers(args, DEFAULTS);
}
