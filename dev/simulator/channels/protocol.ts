import type { ChannelState } from './channel-state';

/** A request to a channel, past the faults. */
export interface ProtocolRequest {
  method: string;
  /** Below the channel's base address, decoded. */
  path: string;
  query: Record<string, string>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON or form fields. */
  body: unknown;
  /** The channel's own address, for links. */
  base: string;
}

export interface ProtocolAnswer {
  status: number;
  /** Absent: an empty answer. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** No answer: the connection is cut, or stays silent until the other side gives up. */
export interface Silence {
  error: 'timeout' | 'connection';
}

/** The protocol of a channel. Synchronous, so that what it remembers and what it answers are one. */
export type ChannelProtocol = (request: ProtocolRequest, state: ChannelState) => ProtocolAnswer | Silence;

/** The failure that is set for a learner's records, put in the channel's own words; null: none is. */
export function planned(
  state: ChannelState,
  { learner, course }: { learner: string; course: string },
  words: (status: number) => object,
): ProtocolAnswer | Silence | null {
  const { answers } = state.settings;
  const answer = Object.hasOwn(answers, learner) ? answers[learner] : undefined;
  if (!answer) return null;
  state.count(learner, course, 'refused');
  if ('error' in answer) return answer;
  const { status } = answer;
  return { status, body: words(status), ...(status < 400 ? { headers: { location: '/elsewhere' } } : {}) };
}

export function bodyField(body: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined,
    body,
  );
}

export function textField(body: unknown, ...path: string[]): string {
  const value = bodyField(body, ...path);
  return typeof value === 'string' ? value : '';
}

/** OAuth2 (RFC 6749): a token, or why not. */
export function tokenAnswer(state: ChannelState, identity: string, hasClient: boolean): ProtocolAnswer {
  if (state.settings.refuseClient || !hasClient) return { status: 401, body: { error: 'invalid_client' } };
  return { status: 200, body: state.issue(identity) };
}

export function hasBasic({ headers }: ProtocolRequest): boolean {
  return /^Basic .+$/.test(String(headers['authorization'] ?? ''));
}

export const NOT_FOUND: ProtocolAnswer = { status: 404, body: { error: 'not found' } };
export const NO_TOKEN: ProtocolAnswer = { status: 401, body: { error: 'invalid token' } };
