import { randomUUID } from 'node:crypto';
import type { ChannelState } from './channel-state';
import {
  type ProtocolRequest,
  NO_TOKEN,
  NOT_FOUND,
  planned,
  type Silence,
  textField,
  type ProtocolAnswer,
  tokenAnswer,
} from './protocol';

/** Degreed v2: JSON:API completions, each request a new one. */
export function degreed2Protocol(request: ProtocolRequest, state: ChannelState): ProtocolAnswer | Silence {
  const { method, path, body } = request;
  if (method === 'POST' && path === '/oauth/token') {
    const known = textField(body, 'client_id') !== '' && textField(body, 'client_secret') !== '';
    if (textField(body, 'grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    return tokenAnswer(state, 'client', known);
  }
  if (method !== 'POST' || path !== '/api/v2/completions') return NOT_FOUND;
  if (state.identityOf(String(request.headers['authorization'] ?? '')) === null) return NO_TOKEN;
  return completion(body, state);
}

function completion(body: unknown, state: ChannelState): ProtocolAnswer | Silence {
  const { gone, poison, failedInAnswer } = state.settings;
  const learner = textField(body, 'data', 'attributes', 'user-id');
  const course = textField(body, 'data', 'attributes', 'content-id');
  const failure = planned(state, { learner, course }, (status) => ({
    errors: [{ status: String(status), detail: 'failed' }],
  }));
  if (failure) return failure;
  const complete = learner !== '' && course !== '' && textField(body, 'data', 'attributes', 'completed-at') !== '';
  if (complete && !gone.includes(learner) && !poison.includes(learner)) {
    const failed = failedInAnswer.includes(learner);
    state.count(learner, course, failed ? 'refused' : 'accepted');
    if (failed) return { status: 201, body: { errors: [{ detail: 'not stored' }] } };
    return { status: 201, body: { data: { id: randomUUID(), type: 'completions' } } };
  }
  state.count(learner, course, 'refused');
  const detail = gone.includes(learner) ? 'Invalid user identifier' : 'Invalid completion';
  return { status: 400, body: { errors: [{ status: '400', detail }] } };
}
