import type { Script } from '../../dev/simulator/script';
import { isToken, jsonBody } from './channel-bodies';
import { COURSE_RUN, type GoldenRequest, type GoldenTransmission, courseKeyOf, remoteIdOf, type RowView } from './channel-cases';
import { type AnsweredRequest, answersTo, givesToken, statusOf } from './channel-deliveries';

const PATH = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';

/**
 * SAP without self-reporting exists in 8.8 only: one session of the administrator, another path, a flag that is one. What is
 * sent stays the seed's (all with a date; the run id after the key was refused), so that it is rebuilt from its requests.
 */
export function administrators(
  one: GoldenTransmission,
  script: Script,
  requests: readonly GoldenRequest[],
): { answers: AnsweredRequest[]; rows: RowView[] } {
  const answers: AnsweredRequest[] = [];
  const rows: RowView[] = [];
  const send = (request: GoldenRequest): AnsweredRequest | undefined => {
    answers.push(...answersTo(script, [request]));
    return answers.at(-1);
  };
  const token = requests.find(isToken);
  const given = token ? send(sessionOf(token)) : undefined;
  if (!given || !givesToken(given.answer)) return { answers, rows };
  for (const record of one.records) {
    const event = requests.find((request) => jsonBody(request)?.['userID'] === remoteIdOf(record) && !isToken(request));
    if (!event) continue;
    for (const courseId of [courseKeyOf(record), COURSE_RUN]) {
      const status = statusOf(send(eventOf(event, courseId))?.answer);
      const sent = status !== null && status < 300;
      rows.push({ enrollment: record.enrollment_id, courseId, subsectionId: null, sent, status });
      if (status === null || status < 400) break;
    }
  }
  return { answers, rows };
}

function sessionOf(token: GoldenRequest): GoldenRequest {
  const json = jsonBody(token) ?? {};
  const scope = { ...(json['scope'] as Record<string, unknown>), userId: 'admin-user' };
  return { ...token, body: { json: { ...json, scope } } };
}

function eventOf(event: GoldenRequest, courseID: string): GoldenRequest {
  const json = jsonBody(event) ?? {};
  return { ...event, path: PATH, body: { json: { ...json, courseID, courseCompleted: json['courseCompleted'] === 'true' } } };
}
