import { loadGolden } from './load';

/**
 * The cases of one family as a test knows them. @throws when there is none: a comparison of nothing would agree.
 * Families the attempt simulator does not run have inputs of their own, so each test says what it reads.
 */
export function casesOf<T>(file: string, family?: string): T[] {
  const cases = loadGolden(file).cases.filter((one) => family === undefined || one.family === family);
  if (cases.length === 0) throw new Error(`${file} has no case of family ${family ?? '(any)'}`);
  return cases as unknown as T[];
}

/** T0: the frozen clock of a file's operations. */
export function goldenNow(file: string): Date {
  return new Date(loadGolden(file).now);
}
