import type { Script } from '../../dev/simulator/script';
import { isToken, jsonBody } from './channel-bodies';
import { COURSE_RUN, type GoldenRequest, type GoldenTransmission, keyOf, remoteIdOf, type RowView } from './channel-cases';
import { type Answered, answered, givesToken, statusOf } from './channel-deliveries';

const PATH = '/learning/odatav4/public/admin/learningevent-service/v1/OCNLearningEvents';

/**
 * SAP without self-reporting exists in 8.8 only: one session of the administrator, another path, a flag that is one. What is
 * sent stays the seed's (all with a date; the run id after the key was refused), so that it is rebuilt from its requests.
 */
export function administrators(
  one: GoldenTransmission,
  script: Script,
  requests: readonly GoldenRequest[],
): { answers: Answered[]; rows: RowView[] } {
  const answers: Answered[] = [];
  const rows: RowView[] = [];
  const ask = (request: GoldenRequest): Answered | undefined => {
    answers.push(...answered(script, [request]));
    return answers.at(-1);
  };
  const token = requests.find(isToken);
  const given = token ? ask(sessionOf(token)) : undefined;
  if (!given || !givesToken(given.answer)) return { answers, rows };
  for (const record of one.records) {
    const told = requests.find((request) => jsonBody(request)?.['userID'] === remoteIdOf(record) && !isToken(request));
    if (!told) continue;
    for (const courseId of [keyOf(record), COURSE_RUN]) {
      const status = statusOf(ask(eventOf(told, courseId))?.answer);
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

function eventOf(told: GoldenRequest, courseID: string): GoldenRequest {
  const json = jsonBody(told) ?? {};
  return { ...told, path: PATH, body: { json: { ...json, courseID, courseCompleted: json['courseCompleted'] === 'true' } } };
}
