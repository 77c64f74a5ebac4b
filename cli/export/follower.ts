import { setTimeout as pause } from 'node:timers/promises';
import type { ExportAnswer } from '../../contracts/http/exports';

/** Between two connections, unless the service says otherwise. */
const RETRY_MS = 2_000;
/** Longest silence: the service sends a comment at least four times in it. */
const SILENCE_MS = 60_000;
/** Without a connection for so long, following ends. The export does not. */
const GIVE_UP_MS = 300_000;

export interface ExportAddress {
  url: string;
  token: string;
  exportId: string;
}

/** An error that reconnecting cannot fix: the export is gone, or the token may not read it. */
export class FollowRefused extends Error {
  constructor(readonly reply: { status: number; text: string }) {
    super(`The service answered ${reply.status}.`);
  }
}

/**
 * Follows an export by its server-sent events to its end. A lost connection is made anew: every one begins with the state as
 * it is. @returns the export as it ended. @throws FollowRefused; the last failure when nothing answers for minutes; whatever
 * the signal is aborted with
 */
export async function followExport(
  target: ExportAddress,
  onProgress: (seen: ExportAnswer) => void,
  signal: AbortSignal = new AbortController().signal,
  giveUpMs = GIVE_UP_MS,
): Promise<ExportAnswer> {
  let heardAt = performance.now();
  const onContact = (): void => void (heardAt = performance.now());
  for (;;) {
    try {
      for await (const { event, data } of eventsOf(target, signal, onContact)) {
        const seen = JSON.parse(data) as ExportAnswer;
        onProgress(seen);
        if (event === 'end') return seen;
      }
    } catch (error) {
      if (error instanceof FollowRefused || signal.aborted || performance.now() - heardAt > giveUpMs) throw error;
    }
    await pause(RETRY_MS, undefined, { signal });
  }
}

interface ServerEvent {
  event: string;
  data: string;
}

async function* eventsOf(
  { url, token, exportId }: ExportAddress,
  signal: AbortSignal,
  onContact: () => void,
): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  const address = `${url}/v1/exports/${encodeURIComponent(exportId)}/progress`;
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const response = await fetch(address, { headers, signal: AbortSignal.any([signal, silence.signal]) });
  const { status } = response;
  if (status >= 400 && status < 500) throw new FollowRefused({ status, text: await response.text() });
  if (!response.ok || !response.body) {
    throw Object.assign(new Error(`The service answered ${status}.`), { code: `status ${status}` });
  }
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      timer.refresh();
      onContact();
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
