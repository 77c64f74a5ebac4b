import { setTimeout as pause } from 'node:timers/promises';
import type { ExportAnswer } from '../contracts/http/exports';

/** Between two connections, unless the service says otherwise. */
const RETRY_MS = 2_000;
/** Longest silence: the service sends a comment at least four times in it. */
const SILENCE_MS = 60_000;

export interface ExportAddress {
  url: string;
  token: string;
  exportId: string;
}

/** An error that reconnecting cannot fix: the export is gone, or the token may not read it. */
export class FollowRefused extends Error {}

/**
 * Follows an export by its server-sent events to its end. A lost connection is made anew: every one begins with the state as
 * it is. @returns the export as it ended. @throws NotToBeFollowed; whatever the signal is aborted with
 */
export async function followExport(
  target: ExportAddress,
  onProgress: (seen: ExportAnswer) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<ExportAnswer> {
  for (;;) {
    try {
      for await (const { event, data } of eventsOf(target, signal)) {
        const seen = JSON.parse(data) as ExportAnswer;
        onProgress(seen);
        if (event === 'end') return seen;
      }
    } catch (error) {
      if (error instanceof FollowRefused || signal.aborted) throw error;
    }
    await pause(RETRY_MS, undefined, { signal });
  }
}

interface ServerEvent {
  event: string;
  data: string;
}

async function* eventsOf({ url, token, exportId }: ExportAddress, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  const address = new URL(`/v1/exports/${encodeURIComponent(exportId)}/progress`, url);
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const response = await fetch(address, { headers, signal: AbortSignal.any([signal, silence.signal]) });
  if (response.status >= 400 && response.status < 500) throw new FollowRefused(await response.text());
  if (!response.ok || !response.body) throw new Error(`The service answered ${response.status}.`);
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      timer.refresh();
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield* eventIn(block);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Comments and settings are no events. */
function* eventIn(block: string): Generator<ServerEvent> {
  const lines = block.split('\n');
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [event, data] = [field('event'), field('data')];
  if (event !== undefined && data !== undefined) yield { event, data };
}
