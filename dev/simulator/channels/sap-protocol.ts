import type { ChannelState } from './channel-state';
import {
  type Asked,
  field,
  hasBasic,
  NO_TOKEN,
  NOT_FOUND,
  planned,
  type Silence,
  textField,
  type Told,
  tokenAnswer,
} from './protocol';

const TOKEN = '/learning/oauth-api/rest/v1/token';
const OWN = '/learning/odatav4/public/admin/ocn-service/v1/current-user/item/learning-event';
const ADMIN = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';

/** SAP SuccessFactors: sessions of one user each, learning events that are never changed: told twice, they are there twice. */
export function sapProtocol(asked: Asked, state: ChannelState): Told | Silence {
  if (asked.method !== 'POST') return NOT_FOUND;
  if (asked.path === TOKEN) return tokenAnswer(state, textField(asked.body, 'scope', 'userId'), hasBasic(asked));
  if (asked.path !== OWN && asked.path !== ADMIN) return NOT_FOUND;
  const identity = state.identityOf(String(asked.headers['authorization'] ?? ''));
  if (identity === null) return NO_TOKEN;
  const learner = textField(asked.body, 'userID');
  if (asked.path === OWN && identity !== learner)
    return { status: 403, body: { error: { message: 'not your record' } } };
  return event(asked, state, learner);
}

function event({ body }: Asked, state: ChannelState, learner: string): Told | Silence {
  const { gone, poison, failedInAnswer } = state.settings;
  const course = textField(body, 'courseID');
  const failure = planned(state, { learner, course }, (status) => ({ error: { message: `failed (${status})` } }));
  if (failure) return failure;
  const complete = learner !== '' && course !== '' && typeof field(body, 'completedTimestamp') === 'number';
  if (!complete || poison.includes(learner)) return refused(state, learner, course, 'Invalid data sent');
  if (gone.includes(learner)) return refused(state, learner, course, 'The user account is inactive.');
  if (failedInAnswer.includes(learner)) {
    state.count(learner, course, 'refused');
    return { status: 201, body: { value: [{ status: 'ERROR', errorMessage: 'not imported' }] } };
  }
  state.count(learner, course, 'accepted');
  return { status: 201, body: { value: [{ status: 'SUCCESS' }] } };
}

function refused(state: ChannelState, learner: string, course: string, message: string): Told {
  state.count(learner, course, 'refused');
  return { status: 400, body: { error: { message } } };
}
