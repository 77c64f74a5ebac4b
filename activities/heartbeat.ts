import { heartbeat } from '@temporalio/activity';

/** A third of the heartbeat timeout (workflows/activity-options.ts). */
const HEARTBEAT_INTERVAL_MS = 3_000;

/** Sends Temporal heartbeats while the work runs: the first one comes late enough that most tries send none. */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), HEARTBEAT_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
