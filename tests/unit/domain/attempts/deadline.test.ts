import fc from 'fast-check';
import { deadlineOf, isCutByDueDate } from '../../../../domain/attempts/deadline';
import { allowedMinutes } from '../../../../domain/attempts/time-allowed';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const MINUTE_MS = 60_000;

function started(limitMins: number, untilDueMs: number | null, timeRemainingSeconds: number | null = null) {
  const dueDate = untilDueMs === null ? null : new Date(T0 + untilDueMs);
  const terms = { exam: { timeLimitMins: limitMins, dueDate }, extraTimeMins: 0 };
  const startedAt = new Date(T0);
  const allowedTimeLimitMins = allowedMinutes(terms, timeRemainingSeconds, startedAt);
  return { attempt: { status: 'started', startedAt, allowedTimeLimitMins, timeRemainingSeconds } as const, terms };
}

describe('A deadline that the due date set', () => {
  it.each([
    [60, 30 * MINUTE_MS, true],
    [60, 30 * MINUTE_MS + 59_999, true],
    [60, 61 * MINUTE_MS, false],
    [60, -MINUTE_MS, true],
    [60, null, false],
  ])('of an exam of %d minutes, due %s ms after the start: %s', (limit, untilDueMs, expected) => {
    const { attempt, terms } = started(limit, untilDueMs);
    expect(isCutByDueDate(attempt, terms)).toBe(expected);
  });

  it('is known by what was fixed at the start: a due date moved away later leaves it alone', () => {
    const { attempt, terms } = started(60, 30 * MINUTE_MS);
    const moved = { ...terms, exam: { ...terms.exam, dueDate: new Date(T0 + 50 * MINUTE_MS) } };
    expect(isCutByDueDate(attempt, moved)).toBe(false);
  });

  it('is no matter for an attempt that is over', () => {
    const { attempt, terms } = started(60, 30 * MINUTE_MS);
    expect(isCutByDueDate({ ...attempt, status: 'submitted' }, terms)).toBe(false);
  });

  it('is one exactly where it lies in the minute before the due date, or at the start when that is past it', () => {
    const times = fc.tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: -100 * MINUTE_MS, max: 400 * MINUTE_MS }),
      fc.option(fc.integer({ min: 1, max: 18_000 })),
    );
    fc.assert(
      fc.property(times, ([limit, untilDueMs, seconds]) => {
        const { attempt, terms } = started(limit, untilDueMs, seconds);
        const rest = untilDueMs - ((deadlineOf(attempt, terms)?.getTime() ?? NaN) - T0);
        const isNear = untilDueMs < MINUTE_MS ? attempt.allowedTimeLimitMins === 0 : rest >= 0 && rest < MINUTE_MS;
        expect(isCutByDueDate(attempt, terms)).toBe(isNear);
      }),
    );
  });
});
