import type { AttemptState } from '../../../contracts/attempts/messages';
import { nextWakeup, timeOutCommandId } from '../../../workflows/attempts/wakeups';
import { aView } from '../../support/recording-gateway';

const DEADLINE = '2026-03-02T10:00:00.000Z';

function stateAt(version: number): AttemptState {
  const attempt = aView(
    { examId: 1, userId: 'u', attemptNumber: 1 },
    { status: 'started', deadline: DEADLINE, version },
  );
  return { attempt, version, due: [], clock: { offsetMs: 0, frozenAtMs: null } };
}

describe('The command of a deadline', () => {
  const idAt = (version: number): string => {
    const wakeup = nextWakeup(stateAt(version), 0, 0);
    if (!wakeup) throw new Error('There is no wakeup');
    return timeOutCommandId(wakeup, stateAt(version));
  };

  it('is named by the version it ends: the same for one version, another for the next', () => {
    expect(idAt(2)).toBe(idAt(2));
    expect(new Set([2, 3, 4].map(idAt)).size).toBe(3);
  });

  it('leaves the timer as it is: a version more is no reason to set it anew', () => {
    expect(nextWakeup(stateAt(3), 0, 0)?.id).toBe(nextWakeup(stateAt(2), 0, 0)?.id);
  });
});
