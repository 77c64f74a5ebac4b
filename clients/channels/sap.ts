import { Type } from '@sinclair/typebox';
import type { HttpResponse } from '../http/transport';
import { basicAuthorization, jsonRequest, requireAccepted } from './channel-http';
import { defineChannel, textSetting } from './define-channel';
import { checkNamesNoFailure } from './failures-in-response';
import { ChannelRejection } from './rejection';
import { openTokenChannel } from './token-channel';

const TOKEN_PATH = '/learning/oauth-api/rest/v1/token';
const LEARNER_PATH = '/learning/odatav4/public/admin/ocn-service/v1/current-user/item/learning-event';
const ADMIN_PATH = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';
/** SAP drops completions of the future without a word (KBA 2381980); clocks may differ by this much. */
const FUTURE_TOLERANCE_MS = 60_000;
const INACTIVE = 'user account is inactive';

/** Of an event, what decides how it is sent. */
type LearningEvent = { userID: string; completedTimestamp: number };

/** SAP SuccessFactors: one learning event per request, in the session of the learner it is about (golden sap/*). */
export const sap = defineChannel({
  kind: 'SAP',
  levels: ['completion'],
  limits: { batchSize: 10, requestsPerSecond: 100 / 60 },
  idempotent: false,
  settings: {
    companyId: textSetting,
    /** The account whose session reports for learners where they may not report themselves. */
    userId: textSetting,
    providerId: Type.Optional(textSetting),
    /** Completions go through the administrator's session, on its own path. */
    preventSelfSubmit: Type.Optional(Type.Boolean()),
  },
  credentials: { key: textSetting, secret: textSetting },

  /** Hours count as credit hours too (golden sap/total-hours, newer client). The learner's own path takes flags as text. */
  map({ identity, courseId, courseCompleted, completedAt, grade, totalHours }, _context, setup) {
    if (identity.remoteId === null) return { cannot: 'no-channel-identity' };
    if (completedAt === null) return { cannot: 'not-completed' };
    const completed = courseCompleted ?? false;
    const hours = totalHours ?? 0;
    const payload = {
      userID: identity.remoteId,
      courseID: courseId,
      providerID: setup.providerId ?? 'EDX',
      courseCompleted: setup.preventSelfSubmit ? completed : String(completed),
      completedTimestamp: completedAt.getTime(),
      grade: grade ?? '',
      totalHours: hours,
      creditHours: hours,
    };
    return { payload };
  },

  open({ baseUrl, companyId, userId: administrator, preventSelfSubmit = false, key, secret }, dependencies) {
    const { now = Date.now } = dependencies;
    const url = `${baseUrl}${preventSelfSubmit ? ADMIN_PATH : LEARNER_PATH}`;
    return openTokenChannel<LearningEvent>(
      {
        kind: 'SAP',
        /** User type `user` for administrators too, as recorded (golden sap/prevent-self-submit, sap/user-type-admin). */
        tokenRequest(userId) {
          const scope = { userId, companyId, userType: 'user', resourceType: 'learning_public_api' };
          const request = jsonRequest('POST', `${baseUrl}${TOKEN_PATH}`, { grant_type: 'client_credentials', scope });
          return { ...request, headers: { ...request.headers, authorization: basicAuthorization(key, secret) } };
        },
        identityOf: ({ userID }) => (preventSelfSubmit ? administrator : userID),
        probeIdentity: administrator,
        perLearner: !preventSelfSubmit,
        async deliver(payload, send) {
          checkDate(payload.completedTimestamp, now());
          return checkResponse(await send(jsonRequest('POST', url, payload)));
        },
      },
      dependencies,
    );
  },
});

function checkDate(completedMs: number, nowMs: number): void {
  if (completedMs > nowMs + FUTURE_TOLERANCE_MS)
    throw new ChannelRejection('completed-in-future', 'the completion date lies in the future', { retryable: true });
}

/** An event is taken only if the answer names no failed record: SAP answers 201 to those too (KBA 2292981). */
function checkResponse(response: HttpResponse): number {
  const { status, text } = response;
  if (text.toLowerCase().includes(INACTIVE))
    throw new ChannelRejection('learner-inactive', `the learner's account is inactive (${status})`, {
      status,
      learnerInactive: true,
    });
  return checkNamesNoFailure(requireAccepted(response, true));
}
