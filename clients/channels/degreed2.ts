import { Type } from '@sinclair/typebox';
import { formRequest, type HttpResponse } from '../http/transport';
import { jsonRequest, requireAccepted } from './channel-http';
import { defineChannel, textSetting } from './define-channel';
import { checkNamesNoFailure } from './failures-in-response';
import { percentOf } from './percent';
import { ChannelRejection } from './rejection';
import { openTokenChannel } from './token-channel';

const SCOPE = 'content:read,content:write,completions:write,completions:read';
const UNKNOWN_LEARNER = 'Invalid user identifier';

/** Degreed v2: a completion per request, passed ones only, as the platform's own client does (golden degreed2/*). */
export const degreed2 = defineChannel({
  kind: 'DEGREED2',
  levels: ['completion'],
  limits: { batchSize: 50, requestsPerSecond: 200 / 60 },
  idempotent: false,
  /** Where tokens come from, if elsewhere; only its origin counts (golden degreed2/token-base-url). */
  settings: { tokenBaseUrl: Type.Optional(textSetting) },
  urls: ['tokenBaseUrl'],
  credentials: { clientId: textSetting, clientSecret: textSetting },

  /** Times without zone, in UTC; a percent of zero is sent as null (golden degreed2/grade-percent-zero). */
  map({ identity, completedAt, courseCompleted, courseId, percent }) {
    if (identity.email === null) return { cannot: 'no-channel-identity' };
    if (completedAt === null || !courseCompleted) return { cannot: 'not-completed' };
    const attributes = {
      'user-id': identity.email,
      'user-identifier-type': 'Email',
      'content-id': courseId,
      'content-id-type': 'externalId',
      'content-type': 'course',
      'completed-at': completedAt.toISOString().slice(0, 19),
      percentile: (percent === null ? 0 : percentOf(percent)) || null,
    };
    return { payload: { data: { attributes } } };
  },

  open({ baseUrl, tokenBaseUrl, clientId, clientSecret }, dependencies) {
    const tokenUrl = `${tokenBaseUrl === undefined ? baseUrl : new URL(tokenBaseUrl).origin}/oauth/token`;
    const form = { grant_type: 'client_credentials', scope: SCOPE, client_id: clientId, client_secret: clientSecret };
    return openTokenChannel(
      {
        kind: 'DEGREED2',
        tokenRequest: () => formRequest(tokenUrl, form),
        deliver: async (payload, send) =>
          checkResponse(await send(jsonRequest('POST', `${baseUrl}/api/v2/completions`, payload))),
      },
      dependencies,
    );
  },
});

function checkResponse(response: HttpResponse): number {
  const { status, text } = response;
  if (status === 400 && text.includes(UNKNOWN_LEARNER))
    throw new ChannelRejection('learner-not-found', 'the learner is not known (400)', {
      status,
      learnerInactive: true,
    });
  return checkNamesNoFailure(requireAccepted(response, true));
}
