import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsedBody, readText, sendHtml, sendJson } from '../exchange';
import type { Faults, FaultDecision } from '../faults';
import { CanvasProtocol } from './canvas-protocol';
import { CHANNELS, type SimulatedChannel } from './channel-settings';
import { type ChannelRequest, ChannelState } from './channel-state';
import { degreed2Protocol } from './degreed2-protocol';
import { LrsProtocol } from './lrs-protocol';
import type { ChannelProtocol, Silence, ProtocolAnswer } from './protocol';
import { sapProtocol } from './sap-protocol';

const ADDRESS = /^\/channels\/([^/]+)(\/.*)$/;

type FailedAnswer = Extract<FaultDecision, { kind: 'answer' }>;

interface Played {
  state: ChannelState;
  protocol: ChannelProtocol;
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
    const decision = await this.faults.decide(`channel:${name}`);
    if (decision.kind === 'destroy') return void response.destroy();
    if (decision.kind === 'answer') return fail(response, entry, decision);
    const body = parsedBody(text, request.headers['content-type'] ?? '');
    const base = `${url.origin}/channels/${name}`;
    const call = { method: entry.method, path, query, headers: request.headers, body, base };
    const reply = state.isBusy() ? busy(state) : protocol(call, state);
    if (decision.dropAnswer) return void response.destroy();
    answer(response, entry, reply);
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
    method: request.method ?? 'GET',
    path,
    query,
    body: isToken ? masked(body) : body,
    contentType: contentType ?? null,
    authorization: authorization?.split(' ')[0] ?? null,
  };
}

function masked(body: string): string {
  return body.replace(/((?:client_secret|refresh_token)=)[^&]*/g, '$1[redacted]');
}

function busy({ settings }: ChannelState): ProtocolAnswer {
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
function answer(response: ServerResponse, entry: ChannelRequest, reply: ProtocolAnswer | Silence): void {
  if ('error' in reply) return reply.error === 'connection' ? void response.destroy() : undefined;
  const { status, body, headers } = reply;
  entry.status = status;
  if (body === undefined) response.writeHead(status, headers).end();
  else sendJson(response, status, body, headers);
}
