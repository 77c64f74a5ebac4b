/** Work that its time limit or its caller ended. */
export class DeadlineError extends Error {
  constructor(readonly endedBy: 'timeout' | 'caller') {
    super(endedBy === 'timeout' ? 'The time is over' : 'The caller gave up');
    this.name = 'DeadlineError';
  }
}

/**
 * Does work under a time limit joined with the caller's own signal; AbortSignal.any leaks listeners on long-lived signals in
 * Node 20, hence by hand. @throws DeadlineError in place of what the work throws after its end
 */
export async function withDeadline<T>(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let endedBy: DeadlineError['endedBy'] | null = null;
  const end = (by: DeadlineError['endedBy']): void => {
    endedBy ??= by;
    controller.abort();
  };
  const onCaller = (): void => end('caller');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  if (caller?.aborted) onCaller();
  caller?.addEventListener('abort', onCaller, { once: true });
  try {
    return await work(controller.signal);
  } catch (error) {
    throw endedBy === null ? error : new DeadlineError(endedBy);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onCaller);
  }
}

/**
 * Waits for shared work no longer than the signal allows; the work itself goes on for its other waiters.
 * @throws DeadlineError
 */
export async function whileNotAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new DeadlineError('caller'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
