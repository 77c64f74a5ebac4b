import { wantedWords } from '../wanted-counts';
import type { QualificationResults } from './qualification-conformance';
import type { RecordedPart } from './qualification-files';

/** A place of a recording at which we differ though nobody decided so. */
export interface Differing {
  where: string;
  difference: string;
}

interface Result {
  recorded: RecordedPart<unknown>;
  differences: Differing[];
}

/** Counts file by file, then each place that differs. */
export function qualificationLines(results: QualificationResults): string[] {
  const { scenarios, walks, statusCases } = results;
  return [
    ...perFile(scenarios, (own) => {
      const [runs, agreeing] = [sum(own.map((one) => one.runs)), sum(own.map((one) => one.agreeing))];
      const counts = wantedWords(countedAll(own.flatMap(({ wanted }) => wanted)));
      return `${own.length} periods with ${runs} runs by the rules and in the system, ${agreeing} agreeing, ${counts}`;
    }),
    ...perFile(walks, (own) => {
      const verdicts = countedAll(own.flatMap((one) => one.verdicts));
      const { agrees = 0, told = 0, 'not compared': notCompared = 0, ...wanted } = verdicts;
      const steps = sum(own.map(({ recorded }) => recorded.one.steps.length));
      const counts = `${told} told by the platform, ${notCompared} empty pages, ${wantedWords(wanted)}`;
      return `${own.length} walks of ${steps} steps, ${agrees} agreeing, ${counts}`;
    }),
    ...perFile(statusCases, (own) => {
      const agreeing = own.filter(({ differences }) => differences.length === 0).length;
      return `${own.length} rules of a status, ${agreeing} agreeing`;
    }),
  ];
}

/** Every place that differs though nobody decided so. */
export function qualificationDifferences({ scenarios, walks, statusCases }: QualificationResults): Differing[] {
  return [...scenarios, ...walks, ...statusCases].flatMap(({ differences }) => differences);
}

/** One JSON line per scenario, walk or rule. */
export function observedQualificationLine({ recorded, differences, ...seen }: Result): string {
  const { fileName: file, index } = recorded;
  return JSON.stringify({ file, index, agrees: differences.length === 0, differences, ...seen });
}

function perFile<R extends Result>(results: readonly R[], words: (own: readonly R[]) => string): string[] {
  const names = [...new Set(results.map(({ recorded }) => recorded.fileName))];
  return names.flatMap((name) => {
    const own = results.filter(({ recorded }) => recorded.fileName === name);
    const differences = own.flatMap((one) => one.differences);
    const lines = differences.map(({ where, difference }) => `  ${where}: ${difference}`);
    return [`${name}: ${words(own)}, ${differences.length} disagreeing`, ...lines];
  });
}

function countedAll(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
