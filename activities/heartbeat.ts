import { heartbeat } from '@temporalio/activity';

/** A third of the heartbeat timeout (workflows/activity-options.ts). */
const BEAT_MS = 3_000;

/** Tells Temporal that this worker lives: the first beat comes late enough that the usual try needs none. */
export async function alive<T>(work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => heartbeat(), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
