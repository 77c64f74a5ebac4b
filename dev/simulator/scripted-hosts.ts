import type { IncomingMessage, ServerResponse } from 'node:http';
import { readText } from './exchange';
import { Script, type ScriptedAnswer, type ScriptRule } from './script';

/** A request to a scripted host, as it came over the wire. */
export interface RawRequest {
  method: string;
  host: string;
  /** Decoded. */
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  body: string;
  /** Status, or the kind of failure that was played. */
  answer: number | 'timeout' | 'connection';
}

/** Hosts that answer by script instead of by a protocol, told apart by the Host header. */
export class ScriptedHosts {
  private readonly scripts = new Map<string, Script>();
  private seen: RawRequest[] = [];

  /** Replaces the host's script and starts it over. */
  set(host: string, rules: readonly ScriptRule[]): void {
    this.scripts.set(host, new Script(rules));
  }

  clear(): void {
    this.scripts.clear();
    this.seen = [];
  }

  requests(): readonly RawRequest[] {
    return this.seen;
  }

  plays(request: IncomingMessage): boolean {
    return this.scripts.size > 0 && this.scripts.has(hostOf(request));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = hostOf(request);
    const url = new URL(request.url ?? '/', 'http://simulator');
    const body = await readText(request);
    const path = decodeURIComponent(url.pathname);
    const method = request.method ?? 'GET';
    const text = decodeURIComponent(url.search.replaceAll('+', ' ')) + body;
    const answer = this.scripts.get(host)?.next({ method, path, text }) ?? { status: 404 };
    const outcome = 'error' in answer ? answer.error : answer.status;
    const query = [...url.searchParams];
    this.seen.push({ method, host, path, query, headers: textHeaders(request), body, answer: outcome });
    play(answer, body, response);
  }
}

/** A time limit is played by holding the connection until the sender gives up. */
function play(answer: ScriptedAnswer, body: string, response: ServerResponse): void {
  if ('error' in answer) {
    if (answer.error === 'connection') response.destroy();
    return;
  }
  const json = answer.echo_score === undefined ? answer.json : { score: scoreIn(body) };
  const type = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const content = json === undefined ? (answer.raw ?? '') : JSON.stringify(json);
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(content);
}

function scoreIn(body: string): unknown {
  return (JSON.parse(body) as { score?: unknown }).score;
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').replace(/:\d+$/, '');
}

function textHeaders(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(pairs) as Record<string, string>;
}
