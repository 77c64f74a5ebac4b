import type { ChannelState } from './channel-state';
import {
  type ProtocolRequest,
  bodyField,
  hasBasic,
  NO_TOKEN,
  NOT_FOUND,
  planned,
  type Silence,
  textField,
  type ProtocolAnswer,
  tokenAnswer,
} from './protocol';

const TOKEN = '/learning/oauth-api/rest/v1/token';
const OWN = '/learning/odatav4/public/admin/ocn-service/v1/current-user/item/learning-event';
const ADMIN = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';

/** SAP SuccessFactors: sessions of one user each, learning events that are never changed: sent twice, they are stored twice. */
export function sapProtocol(request: ProtocolRequest, state: ChannelState): ProtocolAnswer | Silence {
  if (request.method !== 'POST') return NOT_FOUND;
  if (request.path === TOKEN) return tokenAnswer(state, textField(request.body, 'scope', 'userId'), hasBasic(request));
  if (request.path !== OWN && request.path !== ADMIN) return NOT_FOUND;
  const identity = state.identityOf(String(request.headers['authorization'] ?? ''));
  if (identity === null) return NO_TOKEN;
  const learner = textField(request.body, 'userID');
  if (request.path === OWN && identity !== learner)
    return { status: 403, body: { error: { message: 'not your record' } } };
  return event(request, state, learner);
}

function event({ body }: ProtocolRequest, state: ChannelState, learner: string): ProtocolAnswer | Silence {
  const { gone, poison, failedInAnswer } = state.settings;
  const course = textField(body, 'courseID');
  const failure = planned(state, { learner, course }, (status) => ({ error: { message: `failed (${status})` } }));
  if (failure) return failure;
  const complete = learner !== '' && course !== '' && typeof bodyField(body, 'completedTimestamp') === 'number';
  if (!complete || poison.includes(learner)) return refused(state, learner, course, 'Invalid data sent');
  if (gone.includes(learner)) return refused(state, learner, course, 'The user account is inactive.');
  if (failedInAnswer.includes(learner)) {
    state.count(learner, course, 'refused');
    return { status: 201, body: { value: [{ status: 'ERROR', errorMessage: 'not imported' }] } };
  }
  state.count(learner, course, 'accepted');
  return { status: 201, body: { value: [{ status: 'SUCCESS' }] } };
}

function refused(state: ChannelState, learner: string, course: string, message: string): ProtocolAnswer {
  state.count(learner, course, 'refused');
  return { status: 400, body: { error: { message } } };
}
