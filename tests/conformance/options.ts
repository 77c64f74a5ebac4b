import { parseArgs } from 'node:util';

export const HELP = `Holds recordings against the running system: API, workflow, Postgres and platform simulator.

  npm run conformance [-- FILE... options]

  FILE             a recording: a path, or the name of a kept one. Traces (random operations one after the other, as in
                   traces_dev and traces_classic_dev) are told by their shape from single cases (as in seed_variants,
                   transitions, cascades, removals, reviews), from learner exports (export_cases, assessment_cases, transmission_audit),
                   from qualification for final exams (as in plugins, statuses, wizard) and from channel payloads. Without any: the five of single cases
  --out FILE       one JSON line per case, trace or export with what was observed
  --sample N       only N of the cases, of the traces and of the exports, chosen by the seed
  --seed S         default 1
  --parallel P     cases or traces at a time, default 8

Differences listed in docs/decided-differences.md are counted by number. Exit code 1 when any other differs.`;

export interface Options {
  files: string[];
  out?: string;
  sample?: number;
  seed: number;
  parallel: number;
}

/** Null: help was asked for. @throws on an unknown option or a number that is none. */
export function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: text, sample: text, seed: text, parallel: text, help: { type: 'boolean' } },
  });
  if (values.help) return null;
  const { out, sample, seed = '1', parallel = '8' } = values;
  return {
    files: positionals,
    ...(out === undefined ? {} : { out }),
    ...(sample === undefined ? {} : { sample: wholeNumber('--sample', sample) }),
    seed: wholeNumber('--seed', seed),
    parallel: wholeNumber('--parallel', parallel),
  };
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${option} must be a positive whole number, not "${text}".`);
  return Number(text);
}
