import { readNumbers } from '../command-line';

export interface AttemptsBenchOptions {
  rounds: number;
  attempts: number;
  concurrency: number;
  /** Attempts made one at a time, per variant and round, for the latency at low load. */
  single: number;
}

export const HELP = `Attempts per second of the real service against a floor, regular activities and no engine at all.

  npm run bench:attempts [-- --rounds 5 --attempts 120 --concurrency 16 --single 8]

  --rounds N        every round runs every variant twice, there and back; medians are over rounds (5)
  --attempts N      complete attempts per variant and turn (120)
  --concurrency N   attempts under way at a time (16)
  --single N        attempts made one at a time per variant and round, for the latency (8)
  --help            this text

An attempt is one creation and six status changes over HTTP. Starts its own Postgres, Temporal (in memory) and platform
simulator; docs/benchmarks.md says what is measured. The last line of the output is JSON. Exit code 1 when an attempt
ended in a wrong status or a downstream call is missing or double.`;

const DEFAULTS = { rounds: '5', attempts: '120', concurrency: '16', single: '8' };

/** Undefined when help was asked for. @throws naming the option that is not a positive whole number. */
export function readOptions(args: readonly string[]): AttemptsBenchOptions | undefined {
  return readNumbers(args, DEFAULTS);
}
