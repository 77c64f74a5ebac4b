import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import type { Wait } from './timer';

const WAITING_STATUSES: readonly string[] = [
  'eligible',
  'created',
  'download_software_clicked',
  'ready_to_start',
  'started',
  'ready_to_submit',
];

/** May the workflow close while the attempt is in this state? (DESIGN.md 3, "Entities sleep".) */
export function sleeps({ attempt }: AttemptState): boolean {
  if (!attempt || attempt.isArchived) return true;
  return !WAITING_STATUSES.includes(attempt.status) && attempt.reviewDueAt === null;
}

/** The next instant at which something has to happen without anybody asking; null under a frozen clock. */
export function nextWait(state: AttemptState, nowMs: number, jitterMs: number): Wait | null {
  const { attempt, clock } = state;
  if (!attempt || attempt.isArchived) return null;
  const wait = deadlineWait(attempt) ?? reviewWait(attempt);
  if (!wait) return null;
  if (clock.frozenAtMs !== null) return wait.atMs < clock.frozenAtMs ? { ...wait, atMs: nowMs } : null;
  const spread = wait.kind === 'deadline' && attempt.sharedDeadline ? jitterOf(attempt.attemptId, jitterMs) : 0;
  return { ...wait, atMs: wait.atMs - clock.offsetMs + 1 + spread };
}

/** The attempt still runs exactly at its deadline, so the timer rings one millisecond later. */
function deadlineWait({ attemptId, deadline }: AttemptView): Wait | null {
  if (deadline === null) return null;
  return {
    kind: 'deadline',
    atMs: Date.parse(deadline),
    id: `timer:${attemptId}:${deadline}`,
    summary: `times out at ${deadline}`,
  };
}

function reviewWait({ attemptId, reviewDueAt, needsAttention }: AttemptView): Wait | null {
  if (reviewDueAt === null || needsAttention !== null) return null;
  return {
    kind: 'review',
    atMs: Date.parse(reviewDueAt),
    id: `review:${attemptId}:${reviewDueAt}`,
    summary: `review due at ${reviewDueAt}`,
  };
}

/** A fixed share of the jitter for each attempt: the same on replay, spread over attempts. */
function jitterOf(attemptId: string, jitterMs: number): number {
  let hash = 0;
  for (const character of attemptId) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return jitterMs === 0 ? 0 : hash % jitterMs;
}
