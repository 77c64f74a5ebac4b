import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Completes the sentence "gave up waiting for ...". */
  what: string;
  timeoutMs: number;
  intervalMs?: number;
}

/** Asks until the answer is yes. A throwing question counts as no; its last error becomes the cause. @throws at the deadline. */
export async function waitUntil(check: () => Promise<boolean> | boolean, options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      if (await check()) return;
    } catch (error) {
      cause = error;
      if (error instanceof StopWaiting) throw error;
    }
    await pause(options.intervalMs ?? 50);
  }
  const seconds = Math.round(options.timeoutMs / 1000);
  throw new Error(`Gave up waiting for ${options.what} after ${seconds} s.`, { cause });
}

/** Thrown by a question whose answer can no longer become yes. */
export class StopWaiting extends Error {
  override readonly name = 'StopWaiting';
}
