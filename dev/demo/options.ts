import { parseArgs } from 'node:util';

export interface DemoOptions {
  learners: number;
  /** End with the result instead of staying up for a look around. */
  exit: boolean;
  help: boolean;
}

/** With fewer, not every story is played; with more, the demo is a load test. */
const LEARNERS = { fewest: 6, most: 500, usual: 40 };

export const HELP = `Shows Invigil at work: starts everything on data that is thrown away, sends learners through a course with two
proctored exams, a practice exam and a timed exam, lets the credit service fail for a while, exports 2,000 learners to a
channel that is busy, down and picky, lets an exam office decide who of 120 students may sit the final, and checks at the end that every outside effect was done, none twice, that every
enrollment has its one outcome, and that database and workflows agree.

  npm run demo [-- --learners N --exit]

  --learners N   how many learners, ${LEARNERS.fewest} to ${LEARNERS.most}; default ${LEARNERS.usual}
  --exit         end with the result; without it the demo stays up on a terminal until Ctrl-C
  --help         this text

Exit code: 0 when everything holds, 1 when something does not.`;

/** Raised for a command line that cannot be understood; the message is for the person who typed it. */
export class DemoUsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: readonly string[], isTerminal: boolean): DemoOptions {
  const values = parsed(args);
  const learners = values.learners === undefined ? LEARNERS.usual : Number(values.learners);
  if (!Number.isInteger(learners) || learners < LEARNERS.fewest || learners > LEARNERS.most) {
    throw new DemoUsageError(`--learners is a whole number from ${LEARNERS.fewest} to ${LEARNERS.most}.`);
  }
  return { learners, exit: (values.exit ?? false) || !isTerminal, help: values.help ?? false };
}

function parsed(args: readonly string[]): { learners?: string; exit?: boolean; help?: boolean } {
  try {
    const options = {
      learners: { type: 'string' },
      exit: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new DemoUsageError((error as Error).message);
  }
}
