import { countWanted, wantedWords } from '../wanted-counts';
import type { LookupVerdict } from './lookup-run';
import type { SequenceVerdict } from './sequence-run';

/** What people read of sequences: counts, then each that differs. */
export function sequenceLines(verdicts: readonly SequenceVerdict[]): string[] {
  return byFile(verdicts).flatMap(([name, own]) => {
    const agreeing = own.filter((one) => one.difference === undefined && one.wanted.length === 0).length;
    const rehearsed = own.filter((one) => one.rehearsed).length;
    const kinds = `${own.length - rehearsed} sent for real, ${rehearsed} rehearsed`;
    const counts = `${own.length} sequences (${kinds}), ${agreeing} agreeing, ${wantedWords(countWanted(own))}`;
    return [`${name}: ${counts}, ${differing(own).length} disagreeing`, ...differenceLines(own)];
  });
}

/** The same of look-ups. */
export function lookupLines(verdicts: readonly LookupVerdict[]): string[] {
  return byFile(verdicts).flatMap(([name, own]) => {
    const [yes, wrong] = [own.filter(({ answer }) => answer === true).length, differing(own).length];
    const counts = `${own.length} look-ups (${yes} answered yes), ${own.length - wrong} agreeing, ${wrong} disagreeing`;
    return [`${name}: ${counts}`, ...differenceLines(own)];
  });
}

/** One JSON line per sequence. */
export function observedSequenceLine({ recorded, sends, rehearsed, wanted, difference }: SequenceVerdict): string {
  const { fileName: file, index, one } = recorded;
  return JSON.stringify({
    ...{ file, index, id: one.id, channel: one.channel, sent: !rehearsed },
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(difference === undefined ? {} : { difference }),
    observed: { steps: sends.map((count) => ({ completions_sent: count })) },
  });
}

/** One JSON line per look-up. */
export function observedLookupLine({ recorded, level, answer, difference }: LookupVerdict): string {
  const { fileName: file, index, one } = recorded;
  return JSON.stringify({
    ...{ file, index, id: one.id, level, agrees: difference === undefined },
    ...(difference === undefined ? {} : { difference }),
    observed: { already_transmitted: answer },
  });
}

interface Verdict {
  recorded: { fileName: string; one: { id: string } };
  difference?: string;
}

function byFile<V extends Verdict>(verdicts: readonly V[]): [string, V[]][] {
  const names = [...new Set(verdicts.map(({ recorded }) => recorded.fileName))];
  return names.map((name) => [name, verdicts.filter(({ recorded }) => recorded.fileName === name)]);
}

function differing<V extends Verdict>(verdicts: readonly V[]): V[] {
  return verdicts.filter(({ difference }) => difference !== undefined);
}

function differenceLines(verdicts: readonly Verdict[]): string[] {
  return differing(verdicts).map(({ recorded, difference }) => `  ${recorded.one.id}: ${difference ?? ''}`);
}
