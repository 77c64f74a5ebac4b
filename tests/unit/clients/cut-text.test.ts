import { cutTo, cutToBytes } from '../../../clients/cut-text';
import { attemptStartOptions } from '../../../clients/temporal/attempt-start';
import { readSettings } from '../../../config/settings';

describe('Text that is too long', () => {
  it('is cut to so many characters, none of them in half', () => {
    expect([cutTo('four', 4), cutTo('fives', 4), cutTo('😀😀😀', 2)]).toEqual(['four', 'fiv…', '😀…']);
  });

  it('is cut to so many bytes, no character in half', () => {
    expect([cutToBytes('ab', 2), cutToBytes('abc', 2), cutToBytes('aéé', 4), cutToBytes('😀😀', 7)]).toEqual([
      'ab',
      'ab',
      'aé',
      '😀',
    ]);
  });
});

it('An attempt’s summary in Temporal is cut, however long names and ids are', () => {
  const { timings } = readSettings({ DATABASE_URL: 'postgres://127.0.0.1/none' });
  const key = { examId: 7, userId: 'u', attemptNumber: 2 };
  const summary = (courseId: string, examName: string): string =>
    attemptStartOptions({ ...key, courseId, examName, provider: null, phase: 'open' }, timings).staticSummary;
  expect(summary('c1', 'Final')).toBe('c1 · exam 7 (Final) · attempt 2');
  expect(summary('c1', 'x'.repeat(4_000))).toBe(`c1 · exam 7 (${'x'.repeat(59)}…) · attempt 2`);
  expect(Buffer.byteLength(summary('ж'.repeat(255), '考'.repeat(4_000)))).toBeLessThanOrEqual(400);
});
