import { resolve } from 'node:path';
import { runFromCommandLine } from '../command-line';
import { rounded } from '../measure/figures';
import { median } from '../measure/statistics';
import { type RunningCheckout, startCheckout } from './checkout';
import { type CompareOptions, HELP, readOptions } from './options';
import { ComparedWork } from './work';

/** Compiled code, caches and connections come first. */
const WARM_UP = { attempts: 600, records: 500 };

type Measure = 'attempts' | 'records';

/** CPU milliseconds per attempt or record, one number per round. */
interface Costs {
  base: number[];
  current: number[];
}

async function main(options: CompareOptions): Promise<void> {
  const checkouts: RunningCheckout[] = [];
  try {
    for (const [name, folder] of [
      ['base', options.base],
      ['current', resolve(__dirname, '../..')],
    ] as const) {
      console.error(`${name}: starting ${folder}`);
      checkouts.push(await startCheckout(folder));
    }
    const [base, current] = checkouts.map((checkout) => new ComparedWork(checkout, options.concurrency));
    if (base === undefined || current === undefined) throw new Error('A checkout did not start.');
    for (const work of [base, current]) await warmUp(work);
    const attempts = await compare('attempts', { base, current }, options);
    const records = await compare('records', { base, current }, options);
    report({ attempts, records });
  } finally {
    await Promise.all(checkouts.map((checkout) => checkout.stop()));
  }
}

async function warmUp(work: ComparedWork): Promise<void> {
  await work.prepare();
  await work.attempts(WARM_UP.attempts);
  await work.records(WARM_UP.records);
}

/** Base, current, current, base in each round: a machine that gets slower or faster meanwhile does so for both. */
async function compare(
  measure: Measure,
  { base, current }: { base: ComparedWork; current: ComparedWork },
  options: CompareOptions,
): Promise<Costs> {
  const costs: Costs = { base: [], current: [] };
  const once = (work: ComparedWork): Promise<number> => work[measure](options[measure]);
  for (let round = 1; round <= options.rounds; round += 1) {
    const first = await once(base);
    const middle = (await once(current)) + (await once(current));
    costs.base.push((first + (await once(base))) / 2);
    costs.current.push(middle / 2);
    const [before, after] = [costs.base.at(-1) ?? 0, costs.current.at(-1) ?? 0];
    console.error(
      `${measure} ${round}/${options.rounds}  base ${before.toFixed(2)}  current ${after.toFixed(2)} CPU-ms`,
    );
  }
  return costs;
}

function report(costs: Record<Measure, Costs>): void {
  const summary = Object.fromEntries(
    Object.entries(costs).map(([measure, { base, current }]) => {
      const ratios = current.map((cost, index) => cost / (base[index] ?? cost));
      const spread = [Math.min(...ratios), Math.max(...ratios)].map(toThousandths);
      const own = [Math.min(...base) / median(base), Math.max(...base) / median(base)].map(toThousandths);
      return [
        measure,
        {
          baseCpuMs: toThousandths(median(base)),
          currentCpuMs: toThousandths(median(current)),
          ratio: toThousandths(median(ratios)),
          ratioSpread: spread,
          spreadOfBase: own,
        },
      ];
    }),
  );
  console.log(JSON.stringify(summary));
}

function toThousandths(value: number): number {
  return rounded(value, 3);
}

runFromCommandLine({ help: HELP, readOptions, main });
