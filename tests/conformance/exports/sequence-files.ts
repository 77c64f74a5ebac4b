import type { GoldenSequence } from '../../golden/enterprise-sequences';
import { playedBy } from './export-stage';

/** A recorded sequence of exports of one learner, with where it comes from. */
export interface RecordedSequence {
  fileName: string;
  index: number;
  one: GoldenSequence;
}

type Case = { kind: 'lookup' } | (GoldenSequence & { kind: 'sequence' });

/** Whether a recorded file has the shape of transmission_audit.json. */
export function isSequenceFile(parsed: unknown): parsed is { cases: Case[] } {
  const cases = (parsed as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) return false;
  const [first] = cases as Record<string, unknown>[];
  return first?.['kind'] === 'lookup' || (first?.['kind'] === 'sequence' && 'seed_expectation' in first);
}

/** Those that can go through the running system; the others are counted by why they cannot. */
export function sequencesOf(
  fileName: string,
  { cases }: { cases: Case[] },
): { run: RecordedSequence[]; notRun: Map<string, number> } {
  const notRun = new Map<string, number>();
  const run: RecordedSequence[] = [];
  for (const [index, one] of cases.entries()) {
    const reason = whyNot(one);
    if (reason === null) run.push({ fileName, index, one: one as GoldenSequence });
    else notRun.set(`${fileName}: ${reason}`, (notRun.get(`${fileName}: ${reason}`) ?? 0) + 1);
  }
  return { run, notRun };
}

function whyNot(one: Case): string | null {
  if (one.kind === 'lookup') return 'look-ups, which ask one rule of rows that belong to nobody (domain tests)';
  if (!playedBy(one.channel, 'completion')) return `sequences of ${one.channel}, which cannot be sent to`;
  const steps = one.steps;
  if (steps.some((step) => step.delete_audits)) return 'sequences that delete the ledger: nobody can over HTTP';
  const odd = steps.some(({ respond }) => respond && respond.status !== 400);
  return odd ? 'sequences with failing channels: one learner cannot fail alone here (chaos tests)' : null;
}
