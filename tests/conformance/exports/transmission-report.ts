import { countWanted, wantedWords } from '../wanted-counts';
import type { LookupResult } from './lookup-run';
import type { SequenceResult } from './sequence-run';

/** What people read of sequences: counts, then each that differs. */
export function sequenceLines(results: readonly SequenceResult[]): string[] {
  return byFile(results).flatMap(([name, own]) => {
    const agreeing = own.filter((one) => one.difference === undefined && one.wanted.length === 0).length;
    const dryRuns = own.filter((one) => one.isDryRun).length;
    const kinds = `${own.length - dryRuns} sent for real, ${dryRuns} rehearsed`;
    const counts = `${own.length} sequences (${kinds}), ${agreeing} agreeing, ${wantedWords(countWanted(own))}`;
    return [`${name}: ${counts}, ${differing(own).length} disagreeing`, ...differenceLines(own)];
  });
}

/** The same of look-ups. */
export function lookupLines(results: readonly LookupResult[]): string[] {
  return byFile(results).flatMap(([name, own]) => {
    const [yes, wrong] = [own.filter(({ answer }) => answer === true).length, differing(own).length];
    const counts = `${own.length} look-ups (${yes} answered yes), ${own.length - wrong} agreeing, ${wrong} disagreeing`;
    return [`${name}: ${counts}`, ...differenceLines(own)];
  });
}

/** One JSON line per sequence. */
export function observedSequenceLine({ recorded, sends, isDryRun, wanted, difference }: SequenceResult): string {
  const { fileName: file, index, one } = recorded;
  return JSON.stringify({
    file,
    index,
    id: one.id,
    channel: one.channel,
    sent: !isDryRun,
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(difference === undefined ? {} : { difference }),
    observed: { steps: sends.map((count) => ({ completions_sent: count })) },
  });
}

/** One JSON line per look-up. */
export function observedLookupLine({ recorded, level, answer, difference }: LookupResult): string {
  const { fileName: file, index, one } = recorded;
  return JSON.stringify({
    file,
    index,
    id: one.id,
    level,
    agrees: difference === undefined,
    ...(difference === undefined ? {} : { difference }),
    observed: { already_transmitted: answer },
  });
}

interface Result {
  recorded: { fileName: string; one: { id: string } };
  difference?: string;
}

function byFile<V extends Result>(results: readonly V[]): [string, V[]][] {
  const names = [...new Set(results.map(({ recorded }) => recorded.fileName))];
  return names.map((name) => [name, results.filter(({ recorded }) => recorded.fileName === name)]);
}

function differing<V extends Result>(results: readonly V[]): V[] {
  return results.filter(({ difference }) => difference !== undefined);
}

function differenceLines(results: readonly Result[]): string[] {
  return differing(results).map(({ recorded, difference }) => `  ${recorded.one.id}: ${difference ?? ''}`);
}
