import { findStrangePart } from '../../../api/http/strange-text';
import { isStorable, toStorable } from '../../../domain/storable-text';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

it.each(['', 'é', '😀 考', '\u0001\u001f', '\ufffd', '\uffff'])('%j can be stored.', (text) => {
  expect([isStorable(text), toStorable(text)]).toEqual([true, text]);
});

it.each([
  ['\0', '\ufffd'],
  ['a\ud83db', 'a\ufffdb'],
  ['\udc00', '\ufffd'],
  ['\udc00\ud83d', '\ufffd\ufffd'],
  ['😀\ud83d', '😀\ufffd'],
])('%j cannot; U+FFFD takes the place of what is no character.', (text, mended) => {
  expect([isStorable(text), toStorable(text)]).toEqual([false, mended]);
});

it.each([
  [{ a: { 'b/c~d': ['x', 'y\0'] } }, '/a/b~1c~0d/1'],
  [['\ud800'], '/0'],
  ['\0', ''],
  [{ a: 1, '\0': 2 }, ''],
  [{ a: { '\udfff': 1 } }, '/a'],
])('What is strange in %j is pointed at.', (value, pointer) => {
  expect(findStrangePart(value)).toMatchObject({ pointer });
});

it('Numbers, null and ordinary text are not.', () => {
  expect(findStrangePart({ a: [1, null, true, 'x'], b: {} })).toBeUndefined();
});

it('A body nested deeper than 64 levels is strange, a hundred thousand levels take no stack.', () => {
  expect(findStrangePart(nested(64))).toBeUndefined();
  for (const levels of [67, 5_000])
    expect(findStrangePart(nested(levels), { texts: false })).toMatchObject({ message: 'has more than 64 levels' });
  let deep: unknown = null;
  for (let level = 0; level < 100_000; level += 1) deep = { deep };
  expect(findStrangePart(deep)).toMatchObject({ message: 'has more than 64 levels' });
});
