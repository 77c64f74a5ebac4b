import { setTimeout as sleep } from 'node:timers/promises';

/** One reading of what is watched. */
export interface ProgressSnapshot {
  /** Changes whenever there is something new to send. */
  id: string;
  data: unknown;
  /** Nothing will change any more. */
  ended: boolean;
}

export interface EventTiming {
  /** Between two readings. */
  pollMs: number;
  /** After so long a silence a comment is sent, so that proxies keep the connection open. */
  heartbeatMs: number;
  /** How long clients are to wait before they reconnect. */
  retryMs: number;
}

const EVENT_TIMING: EventTiming = { pollMs: 500, heartbeatMs: 15_000, retryMs: 2_000 };

/**
 * Server-sent events (WHATWG HTML, 9.2): the state at once, then every change as `progress`, the last as `end`. A reading
 * that fails is skipped: the next may succeed. Ends after the last event, or by the signal.
 */
export async function* progressEvents(
  readSnapshot: () => Promise<ProgressSnapshot>,
  signal: AbortSignal,
  { pollMs, heartbeatMs, retryMs }: EventTiming = EVENT_TIMING,
): AsyncGenerator<string> {
  yield `retry: ${retryMs}\n\n`;
  let lastSentId: string | null = null;
  let sentAt = performance.now();
  while (!signal.aborted) {
    const snapshot = await readSnapshot().catch(() => null);
    if (snapshot?.ended) {
      yield event('end', snapshot);
      return;
    }
    if (snapshot && snapshot.id !== lastSentId) {
      lastSentId = snapshot.id;
      sentAt = performance.now();
      yield event('progress', snapshot);
    } else if (performance.now() - sentAt >= heartbeatMs) {
      sentAt = performance.now();
      yield ': still here\n\n';
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** JSON has no line breaks of its own, so one data line is enough. */
function event(name: string, { id, data }: ProgressSnapshot): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
