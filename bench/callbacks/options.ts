import { readNumbers } from '../command-line';

export interface CallbacksBenchOptions {
  rounds: number;
  /** Per variant and round; each is about an attempt of its own. */
  callbacks: number;
  concurrency: number;
}

export const HELP = `Vendors' callbacks accepted per second by the real API, beside a bare Fastify with one INSERT; then how fast they are applied.

  npm run bench:callbacks [-- --rounds 5 --callbacks 1000 --concurrency 32]

  --rounds N        every round runs both variants, in alternating order; medians are over rounds (5)
  --callbacks N     callbacks per variant and round, each about an attempt of its own (1000)
  --concurrency N   callbacks under way at a time (32)
  --help            this text

While callbacks are accepted no worker runs, and so no relay; then one worker is started and the time is taken until all
are applied. Starts its own Postgres, Temporal (in memory) and platform simulator; docs/benchmarks.md says what is measured.
The last line of the output is JSON. Exit code 1 when a callback is lost or has another effect than one verdict.`;

const DEFAULTS = { rounds: '5', callbacks: '1000', concurrency: '32' };

/** Undefined when help was asked for. @throws naming the option that is not a positive whole number. */
export function readOptions(args: readonly string[]): CallbacksBenchOptions | undefined {
  return readNumbers(args, DEFAULTS);
}
