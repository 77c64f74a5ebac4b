import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Completes the sentence "gave up waiting for ...". */
  what: string;
  timeoutMs: number;
  intervalMs?: number;
}

/** Asks until the answer is yes. A throwing question counts as no; its last error becomes the cause. @throws at the deadline. */
export async function waitUntil(check: () => Promise<boolean> | boolean, options: WaitOptions): Promise<void> {
  await waitFor(async () => (await check()) || undefined, options);
}

/** Looks until something is there and returns it. A look that throws has found nothing; its last error becomes the cause. @throws at the deadline. */
export async function waitFor<T>(look: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      cause = error;
      if (error instanceof StopWaiting) throw error;
    }
    await pause(options.intervalMs ?? 50);
  }
  const seconds = Math.round(options.timeoutMs / 1000);
  const last = (cause as Error | undefined)?.message;
  const lastError = last === undefined ? '' : ` Last error: ${last}`;
  throw new Error(`Gave up waiting for ${options.what} after ${seconds} s.${lastError}`, { cause });
}

/** Thrown by a question whose answer can no longer become yes. */
export class StopWaiting extends Error {
  override readonly name = 'StopWaiting';
}
