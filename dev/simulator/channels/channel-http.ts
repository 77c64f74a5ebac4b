import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsedBody, readText, sendHtml, sendJson } from '../exchange';
import type { Faults, Verdict } from '../faults';
import { CanvasProtocol } from './canvas-protocol';
import { CHANNELS, type SimulatedChannel } from './channel-settings';
import { type ChannelRequest, ChannelState } from './channel-state';
import { degreed2Protocol } from './degreed2-protocol';
import { LrsProtocol } from './lrs-protocol';
import type { Protocol, Silence, Told } from './protocol';
import { sapProtocol } from './sap-protocol';

const ADDRESS = /^\/channels\/([^/]+)(\/.*)$/;

type FailedAnswer = Extract<Verdict, { kind: 'answer' }>;

interface Played {
  state: ChannelState;
  protocol: Protocol;
}

/** The channels learner data is sent to, each below `/channels/{channel}`; faults go by `channel:{channel}` or `channel`. */
export class ChannelHttp {
  private readonly channels: Record<SimulatedChannel, Played> = {
    sap: { state: new ChannelState(), protocol: sapProtocol },
    degreed2: { state: new ChannelState(), protocol: degreed2Protocol },
    canvas: { state: new ChannelState(), protocol: new CanvasProtocol().answer },
    lrs: { state: new ChannelState(), protocol: new LrsProtocol().answer },
  };

  constructor(private readonly faults: Faults) {}

  state(channel: SimulatedChannel): ChannelState {
    return this.channels[channel].state;
  }

  static plays(path: string): boolean {
    return path.startsWith('/channels/');
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'simulator'}`);
    const [, name = '', rest = ''] = ADDRESS.exec(url.pathname) ?? [];
    if (!isChannel(name)) return sendJson(response, 404, { error: 'no such channel' });
    const text = await readText(request);
    const query = Object.fromEntries(url.searchParams);
    const path = decodeURIComponent(rest);
    const { state, protocol } = this.channels[name];
    const entry = state.received(logged(request, path, query, text));
    const verdict = await this.faults.verdict(`channel:${name}`);
    if (verdict.kind === 'destroy') return void response.destroy();
    if (verdict.kind === 'answer') return fail(response, entry, verdict);
    const body = parsedBody(text, request.headers['content-type'] ?? '');
    const base = `${url.origin}/channels/${name}`;
    const asked = { method: entry.method, path, query, headers: request.headers, body, base };
    const told = state.isBusy() ? busy(state) : protocol(asked, state);
    if (verdict.dropAnswer) return void response.destroy();
    answer(response, entry, told);
  }
}

export function isChannel(name: string): name is SimulatedChannel {
  return (CHANNELS as readonly string[]).includes(name);
}

function logged(
  request: IncomingMessage,
  path: string,
  query: Record<string, string>,
  body: string,
): Omit<ChannelRequest, 'seq' | 'at' | 'status'> {
  const { authorization, 'content-type': contentType } = request.headers;
  const isToken = path.endsWith('/token');
  return {
    ...{ method: request.method ?? 'GET', path, query, body: isToken ? masked(body) : body },
    contentType: contentType ?? null,
    authorization: authorization?.split(' ')[0] ?? null,
  };
}

function masked(body: string): string {
  return body.replace(/((?:client_secret|refresh_token)=)[^&]*/g, '$1[redacted]');
}

function busy({ settings }: ChannelState): Told {
  const after = settings.retryAfterSeconds;
  return {
    status: 429,
    body: { error: 'slow down' },
    ...(after === undefined ? {} : { headers: { 'retry-after': String(after) } }),
  };
}

function fail(response: ServerResponse, entry: ChannelRequest, { status, html, headers }: FailedAnswer): void {
  entry.status = status;
  if (html) sendHtml(response, status, headers);
  else sendJson(response, status, { error: 'simulated fault' }, headers);
}

/** A silent connection is left open: whoever asked ends it, or the end of the simulator does. */
function answer(response: ServerResponse, entry: ChannelRequest, told: Told | Silence): void {
  if ('error' in told) return told.error === 'connection' ? void response.destroy() : undefined;
  const { status, body, headers } = told;
  entry.status = status;
  if (body === undefined) response.writeHead(status, headers).end();
  else sendJson(response, status, body, headers);
}
