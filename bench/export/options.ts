import { parseArgs } from 'node:util';
import { positive } from '../command-line';

export interface ExportBenchOptions {
  /** One export each, in this order. */
  enrollments: number[];
  /** Of every look-up and every request to the channel. */
  latencyMs: number;
  /** Look-ups under way at a time. */
  concurrency: number;
}

export const HELP = `Learner exports per second, beside the time that the look-ups alone take.

  npm run bench:export [-- --enrollments 2000,20000,100000 --latency 20 --concurrency 50]

  --enrollments N,…   one export each; the last one is what the ratios are about (2000,20000,100000)
  --latency MS        how long the simulated services and the channel take to answer (20)
  --concurrency N     look-ups under way at a time (50)
  --help              this text

Starts its own Postgres, Temporal (in memory) and simulator, and for each export a worker of its own. The channel is a learning
record store (xAPI). docs/benchmarks.md says how it is measured. The last line of the output is JSON. Exit code 1 when the
records of an export don't add up, or the channel has taken another number of them, or one twice.`;

/** Undefined when help was asked for. @throws naming the option that is wrong. */
export function readOptions(args: readonly string[]): ExportBenchOptions | undefined {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      enrollments: text('2000,20000,100000'),
      latency: text('20'),
      concurrency: text('50'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    enrollments: values.enrollments.split(',').map((part) => positive('enrollments', part.trim())),
    latencyMs: positive('latency', values.latency),
    concurrency: positive('concurrency', values.concurrency),
  };
}
