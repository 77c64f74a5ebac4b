import { deadlineOf, isOver } from '../../../../domain/attempts/deadline';
import { classic } from '../../../../domain/attempts/rule-sets';
import { allowedMinutes, secondsLeft, timeIsUpAt } from '../../../../domain/attempts/time-allowed';
import { transition } from '../../../../domain/attempts/transition';
import { attempt, exam, NOW, decisionContext } from './decision-context';

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

describe('the time allowed', () => {
  it('is what a resumed attempt has left, in whole minutes, and the full time if it has none', () => {
    const terms = { exam: exam(), extraTimeMins: 15 };
    expect([1500, 59, 0, null].map((seconds) => allowedMinutes(terms, seconds, NOW))).toEqual([25, 0, 75, 75]);
  });

  it('ends with no deadline for what never started, and at the deadline for what did', () => {
    expect(timeIsUpAt(attempt('created'))).toBeNull();
    expect(secondsLeft(attempt('created'), NOW)).toBe(0);
    expect(deadlineOf(attempt('started'))).toEqual(at(30));
    expect(deadlineOf(attempt('submitted'))).toBeNull();
    expect(secondsLeft(attempt('started'), at(40))).toBe(0);
  });

  it('is not over exactly at the deadline, only strictly later', () => {
    expect(isOver(attempt('started'), at(30))).toBe(false);
    expect(isOver(attempt('started'), new Date(at(30).getTime() + 1))).toBe(true);
    expect(isOver(attempt('created'), at(30))).toBe(false);
  });

  it('follows limit and allowance while it is not fixed at the start', () => {
    const running = attempt('started', { allowedTimeLimitMins: null });
    expect(deadlineOf(running)).toBeNull();
    expect(deadlineOf(running, { exam: exam(), extraTimeMins: 10 })).toEqual(at(40));
    const longer = decisionContext({ rules: classic, attempt: running, extraTimeMins: 10, now: at(35) });
    expect(transition(longer, { type: 'timeOut' }).kind).toBe('unchanged');
  });
});

describe('a time-out', () => {
  it('leaves alone what is gone, never started or still runs', () => {
    expect(transition(decisionContext(), { type: 'timeOut' })).toEqual({ kind: 'unchanged', attemptId: null });
    const started = decisionContext({ attempt: attempt('started'), now: at(30) });
    expect(transition(started, { type: 'timeOut' })).toEqual({ kind: 'unchanged', attemptId: 'a1' });
    expect(transition(decisionContext({ attempt: attempt('created') }), { type: 'timeOut' }).kind).toBe('unchanged');
  });

  it('completes the attempt at the deadline, not when the timer came', () => {
    const late = transition(decisionContext({ attempt: attempt('started'), now: at(31) }), { type: 'timeOut' });
    expect(late).toMatchObject({ kind: 'accepted', writes: [{ after: { status: 'submitted', completedAt: at(30) } }] });
  });
});
