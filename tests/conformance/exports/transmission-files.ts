import type { GoldenLookup } from '../../golden/enterprise-lookups';
import type { GoldenSequence } from '../../golden/enterprise-sequences';

interface CaseOrigin {
  fileName: string;
  index: number;
}

/** A recorded sequence of exports of one learner, with where it comes from. */
export type RecordedSequence = CaseOrigin & { one: GoldenSequence };

/** A recorded question "already sent?", with where it comes from. */
export type RecordedLookup = CaseOrigin & { one: GoldenLookup };

type Case = GoldenLookup | (GoldenSequence & { kind: 'sequence' });

/** Whether a recorded file has the shape of transmission_audit.json. */
export function isTransmissionFile(parsed: unknown): parsed is { cases: Case[] } {
  const cases = (parsed as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) return false;
  const [first] = cases as Record<string, unknown>[];
  return first?.['kind'] === 'lookup' || (first?.['kind'] === 'sequence' && 'seed_expectation' in first);
}

/** What such a file holds, each case with its file and index. */
export function transmissionsOf(
  fileName: string,
  { cases }: { cases: Case[] },
): { sequences: RecordedSequence[]; lookups: RecordedLookup[] } {
  const located = cases.map((one, index) => ({ fileName, index, one }));
  return {
    sequences: located.flatMap(({ one, ...origin }) => (one.kind === 'sequence' ? [{ ...origin, one }] : [])),
    lookups: located.flatMap(({ one, ...origin }) => (one.kind === 'lookup' ? [{ ...origin, one }] : [])),
  };
}
