import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { positive } from '../command-line';

export interface CompareOptions {
  /** The other checkout, with its dependencies installed. */
  base: string;
  rounds: number;
  attempts: number;
  records: number;
  concurrency: number;
}

export const HELP = `CPU per attempt and per exported record of this checkout beside another one, in one run.

  npm run bench:compare -- --base FOLDER [--rounds 5 --attempts 120 --records 2000 --concurrency 16]

  --base FOLDER     another checkout of Invigil (git worktree add FOLDER COMMIT; npm ci there)
  --rounds N        every round goes base, this, this, base; medians are over rounds (5)
  --attempts N      attempts per turn: one creation and six status changes each (120)
  --records N       learners exported to a learning record store per turn (2000)
  --concurrency N   attempts under way at a time (16)
  --help            this text

Both run the whole time, each with its own Postgres, Temporal (in memory), simulator, API and worker; the CPU of all of them
counts. The last line of the output is JSON.`;

/** Undefined when help was asked for. @throws naming the option that is wrong. */
export function readOptions(args: readonly string[]): CompareOptions | undefined {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      base: { type: 'string' },
      rounds: text('5'),
      attempts: text('120'),
      records: text('2000'),
      concurrency: text('16'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.base === undefined) throw new Error('--base is missing: the folder of the checkout to compare with');
  const base = resolve(values.base);
  if (!existsSync(join(base, 'dev/stack.ts'))) throw new Error(`--base ${base} is no checkout of Invigil`);
  return {
    base,
    rounds: positive('rounds', values.rounds),
    attempts: positive('attempts', values.attempts),
    records: positive('records', values.records),
    concurrency: positive('concurrency', values.concurrency),
  };
}
