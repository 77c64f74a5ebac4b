/** A time limit joined with the caller's own signal. `release` must be called, or the caller's signal keeps a listener. */
export interface Deadline {
  signal: AbortSignal;
  /** Who ended it; null while nobody has. */
  endedBy(): 'timeout' | 'caller' | null;
  release(): void;
}

/** AbortSignal.any leaks listeners on long-lived signals in Node 20, hence by hand. */
export function startDeadline(timeoutMs: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  let endedBy: 'timeout' | 'caller' | null = null;
  const end = (by: 'timeout' | 'caller'): void => {
    endedBy ??= by;
    controller.abort();
  };
  const onCaller = (): void => end('caller');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  if (caller?.aborted) onCaller();
  caller?.addEventListener('abort', onCaller, { once: true });
  return {
    signal: controller.signal,
    endedBy: () => endedBy,
    release: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onCaller);
    },
  };
}

/** Waits for shared work no longer than the signal allows; the work itself goes on for its other waiters. */
export async function whileNotAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('aborted'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
