import { setTimeout as sleep } from 'node:timers/promises';

/** One look at what is being watched. */
export interface Look {
  /** Changes whenever there is something new to tell. */
  id: string;
  data: unknown;
  /** Nothing will change any more. */
  ended: boolean;
}

export interface EventPace {
  /** Between two looks. */
  lookMs: number;
  /** A comment after so long a silence, so that nobody on the way takes the connection for dead. */
  heartbeatMs: number;
  /** What clients are told to wait before they connect anew. */
  retryMs: number;
}

export const EVENT_PACE: EventPace = { lookMs: 500, heartbeatMs: 15_000, retryMs: 2_000 };

/**
 * Server-sent events (WHATWG HTML, 9.2): the state at once, then every change as `progress`, the last one as `end`. A look
 * that fails is passed over: the next one may succeed. Ends when there is nothing more to come, or by the signal.
 */
export async function* progressEvents(
  look: () => Promise<Look>,
  signal: AbortSignal,
  { lookMs, heartbeatMs, retryMs }: EventPace = EVENT_PACE,
): AsyncGenerator<string> {
  yield `retry: ${retryMs}\n\n`;
  let told: string | null = null;
  let silentMs = 0;
  while (!signal.aborted) {
    const seen = await look().catch(() => null);
    if (seen?.ended) {
      yield event('end', seen);
      return;
    }
    if (seen && seen.id !== told) {
      told = seen.id;
      silentMs = 0;
      yield event('progress', seen);
    } else if (silentMs >= heartbeatMs) {
      silentMs = 0;
      yield ': still here\n\n';
    }
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    silentMs += lookMs;
  }
}

/** JSON has no line breaks of its own, so one data line is enough. */
function event(name: string, { id, data }: Look): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
