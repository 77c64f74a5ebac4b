import type { AttemptState, AttemptView } from '../../../contracts/attempts/messages';
import { nextWakeup } from '../../../workflows/attempts/wakeups';
import { aView } from '../../support/recording-gateway';

const KEY = { examId: 1, userId: 'u', attemptNumber: 1 };
const DEADLINE = '2026-03-02T10:00:00.000Z';
const JITTER_MS = 2_000;

function ringsAfterMs(given: Partial<AttemptView>): number {
  const attempt = aView(KEY, { status: 'started', deadline: DEADLINE, ...given });
  const state: AttemptState = { attempt, version: 1, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
  return (nextWakeup(state, 0, JITTER_MS)?.atMs ?? NaN) - Date.parse(DEADLINE);
}

const ids = Array.from({ length: 200 }, (_, one) => `attempt-${one * 7919}`);

describe('The timer of a deadline', () => {
  it('fires one millisecond after an attempt’s own limit, whichever attempt it is', () => {
    expect(new Set(ids.map((attemptId) => ringsAfterMs({ attemptId })))).toEqual(new Set([1]));
  });

  it('is spread over the jitter where a due date set the deadline, for one attempt always the same', () => {
    const spread = ids.map((attemptId) => ringsAfterMs({ attemptId, sharedDeadline: true }));
    expect(spread).toEqual(ids.map((attemptId) => ringsAfterMs({ attemptId, sharedDeadline: true })));
    expect(Math.min(...spread)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...spread)).toBeLessThanOrEqual(JITTER_MS);
    expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(JITTER_MS / 2);
  });
});
