import { parseArgs } from 'node:util';
import { positive } from '../command-line';

export interface QualificationBenchOptions {
  /** One period each, in this order. */
  students: number[];
  assignments: number;
  /** Drafts per period; the median counts. */
  rounds: number;
}

export const HELP = `How long it takes to work out who qualifies, beside one SQL aggregate over the same rows.

  npm run bench:qualification [-- --students 500,5000,50000 --assignments 20 --rounds 5]

  --students N,…   one period each (500,5000,50000)
  --assignments N  of each period; every student has a group for each (20)
  --rounds N       drafts per period, the median counts (5)
  --help           this text

Starts its own Postgres, Temporal (in memory) and API, and for each period a worker of its own; the periods are imported over
HTTP. docs/benchmarks.md says how it is measured. The last line of the output is JSON. Exit code 1 when a draft counts other
students than were imported.`;

/** Undefined when help was asked for. @throws naming the option that is wrong. */
export function readOptions(args: readonly string[]): QualificationBenchOptions | undefined {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      students: text('500,5000,50000'),
      assignments: text('20'),
      rounds: text('5'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    students: values.students.split(',').map((part) => positive('students', part.trim())),
    assignments: positive('assignments', values.assignments),
    rounds: positive('rounds', values.rounds),
  };
}
