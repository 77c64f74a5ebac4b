/** One Ctrl-C arrives twice when npm or tsx passes it on. */
const DUPLICATE_SIGNAL_MS = 500;

/**
 * Resolves with the first Ctrl-C (or SIGTERM, or a closed terminal), so that all is stopped in order. The second exits at
 * once, and the guard process stops the rest.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const requestStop = (signal: string): void => {
      firstAt ??= Date.now();
      if (Date.now() - firstAt > DUPLICATE_SIGNAL_MS) process.exit(130);
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => requestStop(signal));
  });
}
