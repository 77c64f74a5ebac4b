import { RETIRED } from './retired-words';
import { identifiersOf, PRODUCT, sourcesOf } from './sources';

const files = sourcesOf([...PRODUCT, 'console', 'dev', 'scripts', 'bench', 'tests']);

describe('the vocabulary', () => {
  it('uses none of the retired words as a name', () => {
    const found = files.flatMap((file) => {
      const identifiers = identifiersOf(file);
      return RETIRED.filter((word) => identifiers.has(word)).map((word) => `${word} in ${file.path}`);
    });
    expect(found).toEqual([]);
  });

  it('names no file by a retired word', () => {
    const retired = new Set<string>(RETIRED.map((word) => word.toLowerCase()));
    const found = files.filter(({ path }) => path.split(/[/.]/).some((part) => retired.has(part)));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});
