import { readInstant } from '../../../domain/instants';

describe('An instant comes in', () => {
  it.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.123456+05:30', '2026-03-01T04:30:00.123Z'],
    ['2024-02-29T23:59:59-23:59', '2024-03-01T23:58:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s', (text, expected) => {
    expect(readInstant(text)?.toISOString()).toBe(expected);
  });
});

describe('No instant is', () => {
  it.each([
    ['a year after 9999 in UTC', '9999-12-31T23:59:59-23:59'],
    ['a year before 1 in UTC', '0001-01-01T00:00:00+14:00'],
    ['the year 0', '0000-06-01T00:00:00Z'],
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['the 29th of February of another year', '2100-02-29T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-03-01T24:00:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['an offset of a day', '2026-03-01T10:00:00+24:00'],
    ['one without an offset', '2026-03-01T10:00:00'],
    ['a bare day', '2026-03-01'],
    ['one with words', '2026-03-01T10:00:00Z or so'],
    ['one with a line break', '2026-03-01T10:00:00Z\n'],
    ['a long year', '+010000-01-01T00:00:00Z'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(readInstant(text)).toBeUndefined();
  });
});
