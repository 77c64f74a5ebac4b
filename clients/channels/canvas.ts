import { formRequest, type HttpRequest, parseJson, readField } from '../http/transport';
import { CanvasLookups, idOf } from './canvas-lookups';
import { jsonRequest, requireAccepted } from './channel-http';
import { defineChannel, textSetting } from './define-channel';
import { KeyedLock } from './keyed-lock';
import { percentOf, percentText } from './percent';
import { ChannelRejection } from './rejection';
import { openTokenChannel, type SendRequest } from './token-channel';

/** Canvas: grades on assignments, found or made by our id for them (golden canvas/*). A grade set twice is set once. */
export const canvas = defineChannel({
  kind: 'CANVAS',
  levels: ['completion', 'assessment'],
  limits: { batchSize: 20, requestsPerSecond: 10 },
  idempotent: true,
  settings: {
    accountId: textSetting,
    /** What the administrator's consent was asked with; sent along with each token request. */
    state: textSetting,
  },
  credentials: { clientId: textSetting, clientSecret: textSetting, refreshToken: textSetting },

  /** What is sent of one record: its assignment, made if it is not there, and the learner's grade on it. */
  map(record) {
    const { identity, percent, courseId } = record;
    if (identity.email === null) return { cannot: 'no-channel-identity' };
    if (record.kind === 'completion' && record.completedAt === null) return { cannot: 'not-completed' };
    if (percent === null) return { cannot: 'no-percent' };
    const isSubsection = record.kind === 'assessment';
    /** Name and fields as recorded, so that courses keep the assignments they have (golden canvas/assignment-created). */
    const assignment = {
      name: isSubsection ? record.subsectionName : '(Edx integration) Final Grade',
      submission_types: 'none',
      integration_id: isSubsection ? record.subsectionId : courseId,
      published: true,
      points_possible: isSubsection ? Number(record.pointsPossible ?? 0) : 100,
      omit_from_final_grade: isSubsection,
    };
    const submission = { posted_grade: isSubsection ? percentText(percent) : percentOf(percent) };
    return { payload: { learner: identity.email, course: courseId, assignment, submission } };
  },

  open({ baseUrl, accountId, state, clientId, clientSecret, refreshToken }, dependencies) {
    const form = {
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      state,
      refresh_token: refreshToken,
    };
    const lookups = new CanvasLookups({ baseUrl, accountId });
    /** Two records of one new assignment must not both make it: Canvas would keep two. */
    const making = new KeyedLock();
    return openTokenChannel(
      {
        kind: 'CANVAS',
        tokenRequest: () => formRequest(`${baseUrl}/login/oauth2/token`, form),
        async deliver({ learner, course: courseId, assignment, submission }, send) {
          const user = await lookups.user(send, learner);
          const course = await lookups.course(send, user, courseId);
          const url = `${baseUrl}/api/v1/courses/${course}/assignments`;
          const assignmentId = await making.run(
            `${course} ${assignment.integration_id}`,
            async () =>
              (await lookups.assignment(send, course, assignment.integration_id)) ??
              makeAssignment(send, jsonRequest('POST', url, { assignment })),
          );
          const graded = jsonRequest('PUT', `${url}/${assignmentId}/submissions/${user}`, { submission });
          return requireAccepted(await send(graded), true).status;
        },
      },
      dependencies,
    );
  },
});

async function makeAssignment(send: SendRequest, request: HttpRequest): Promise<string> {
  const { status, text } = requireAccepted(await send(request), true);
  const made = idOf(readField(parseJson(text), 'id'));
  if (made !== null) return made;
  throw new ChannelRejection('malformed-answer', 'the new assignment has no id', { retryable: true, status });
}
