import { randomUUID } from 'node:crypto';
import { OPERATIONS } from '../../../api/openapi/operations';
import { QUALIFICATION_OPERATIONS } from '../../../api/openapi/qualification-operations';
import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';
import { anExam, COURSE } from '../../support/attempt-builders';
import { decideInProcess } from '../../support/deciding-gateway';

const AUDITOR: TokenCaller = { sub: 'auditor', scope: 'audit:read' };
const WRITER: TokenCaller = { ...OPERATOR, scope: `${OPERATOR.scope} exports:write` };
const BY = 'invigil-dev|operator';
const REASON = 'Asked for by the exam office';
const COURSE_PATH = encodeURIComponent(COURSE);

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  decideInProcess(api);
});
afterAll(() => api.stop());

interface Attempt {
  examId: number;
  userId: string;
  code: string;
}

async function anExamId(): Promise<number> {
  return (await anExam(api.database.db, { isProctored: false })).id;
}

async function aLearner(): Promise<string> {
  const userId = `u-${randomUUID()}`;
  await upsertLearner(api.database.db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
  return userId;
}

/** Made by somebody else, so that no row of its creation is taken for another. */
async function attempt(): Promise<Attempt> {
  const [examId, userId] = [await anExamId(), await aLearner()];
  const body = { userId, takingAsProctored: false, start: true };
  const answer = await api.call({ ...OPERATOR, sub: 'maker' }, 'POST', `/v1/exams/${examId}/attempts`, body);
  return { examId, userId, code: String(answer.body['attemptCode']) };
}

/** What is sent, and the object that it is about, known before or told by the answer. */
interface Written {
  url: string;
  body?: object;
  object: string | ((answer: ApiAnswer) => string);
}

const withReason = (fields: object = {}) => ({ ...fields, reason: REASON });
const reasonInQuery = `reason=${encodeURIComponent(REASON)}`;

async function failedEffect({ code }: Attempt): Promise<string> {
  const { db } = api.database;
  await api.call({ ...OPERATOR, sub: 'maker' }, 'PATCH', `/v1/attempts/${code}`, { status: 'submitted' });
  const sql = `update effects set state = 'failed' where id = (select max(id) from effects where attempt_id =
    (select id from attempts where code = ?)) returning id`;
  return (await db.raw<{ rows: { id: string }[] }>(sql, [code])).rows[0]?.id ?? 'none';
}

async function storedReview({ code, examId, userId }: Attempt): Promise<string> {
  const sql = `insert into reviews (attempt_code, attempt_id, exam_id, user_id, course_id, provider, channel, review_status,
      raw_data, created_at, modified_at)
    select code, id, exam_id, user_id, course_id, 'psi', 'software_secure', 'Suspicious', '{}', now(), now()
    from attempts where code = ? and exam_id = ? and user_id = ? returning id`;
  const { rows } = await api.database.db.raw<{ rows: { id: string }[] }>(sql, [code, examId, userId]);
  return rows[0]?.id ?? 'none';
}

/** Every write of a person, by its address in the contract. */
const WRITES: Record<string, () => Promise<Written>> = {
  'PUT /v1/learners/:userId': async () => {
    const userId = `u-${randomUUID()}`;
    const body = withReason({ username: userId, email: 'a@example.org', fullName: 'Ann' });
    return { url: `/v1/learners/${userId}`, body, object: `learner:${userId}` };
  },
  'PUT /v1/courses/:courseId': async () => {
    const courseId = `course-${randomUUID()}`;
    return { url: `/v1/courses/${courseId}`, body: withReason({ name: 'C' }), object: `course:${courseId}` };
  },
  'PUT /v1/courses/:courseId/special-exams': async () => {
    const body = withReason({ enableProctoredExams: true, enableTimedExams: true, exams: [] });
    return { url: `/v1/courses/${COURSE_PATH}/special-exams`, body, object: `course:${COURSE}` };
  },
  'POST /v1/exams': async () => {
    await anExamId();
    const exam = { courseId: COURSE, contentId: randomUUID(), examName: 'Final', timeLimitMins: 60 };
    return { url: '/v1/exams', body: withReason(exam), object: ({ body }) => `exam:${String(body['examId'])}` };
  },
  'PATCH /v1/exams/:examId': async () => {
    const examId = await anExamId();
    return { url: `/v1/exams/${examId}`, body: withReason({ examName: 'Other' }), object: `exam:${examId}` };
  },
  'PUT /v1/exams/:examId/allowances/:userId/:key': async () => {
    const [examId, userId] = [await anExamId(), await aLearner()];
    const [url, body] = [`/v1/exams/${examId}/allowances/${userId}/note`, withReason({ value: 'quiet room' })];
    return { url, body, object: `allowance:${examId}:${userId}:note` };
  },
  'DELETE /v1/exams/:examId/allowances/:userId/:key': async () => {
    const [examId, userId] = [await anExamId(), await aLearner()];
    const url = `/v1/exams/${examId}/allowances/${userId}/note`;
    await api.call({ ...OPERATOR, sub: 'maker' }, 'PUT', url, { value: 'x' });
    return { url: `${url}?${reasonInQuery}`, object: `allowance:${examId}:${userId}:note` };
  },
  'POST /v1/allowances/bulk': async () => {
    const [examId, userId] = [await anExamId(), await aLearner()];
    const body = withReason({ examIds: [examId], userIds: [userId], key: 'note', value: 'x' });
    return { url: '/v1/allowances/bulk', body, object: `allowance:${examId}:${userId}:note` };
  },
  'POST /v1/exams/:examId/attempts': async () => {
    const [examId, userId] = [await anExamId(), await aLearner()];
    const body = withReason({ userId, takingAsProctored: false });
    const object = ({ body: answer }: ApiAnswer) => `attempt:${String(answer['attemptCode'])}`;
    return { url: `/v1/exams/${examId}/attempts`, body, object };
  },
  'PATCH /v1/attempts/:attemptCode': async () => {
    const { code } = await attempt();
    return { url: `/v1/attempts/${code}`, body: withReason({ status: 'submitted' }), object: `attempt:${code}` };
  },
  'DELETE /v1/attempts/:attemptCode': async () => {
    const { code } = await attempt();
    return { url: `/v1/attempts/${code}?${reasonInQuery}`, object: `attempt:${code}` };
  },
  'POST /v1/attempts/:attemptCode/effects/:effectId/retry': async () => {
    const made = await attempt();
    const url = `/v1/attempts/${made.code}/effects/${await failedEffect(made)}/retry`;
    return { url, body: withReason(), object: `attempt:${made.code}` };
  },
  'POST /v1/attempts/:attemptCode/actions': async () => {
    const { code } = await attempt();
    return { url: `/v1/attempts/${code}/actions`, body: withReason({ action: 'submit' }), object: `attempt:${code}` };
  },
  'PATCH /v1/exams/:examId/learners/:userId/attempt': async () => {
    const { examId, userId, code } = await attempt();
    const url = `/v1/exams/${examId}/learners/${userId}/attempt`;
    return { url, body: withReason({ status: 'submitted' }), object: `attempt:${code}` };
  },
  'DELETE /v1/exams/:examId/learners/:userId/attempts': async () => {
    const { examId, userId, code } = await attempt();
    return { url: `/v1/exams/${examId}/learners/${userId}/attempts?${reasonInQuery}`, object: `attempt:${code}` };
  },
  'PATCH /v1/reviews/:reviewId': async () => {
    const reviewId = await storedReview(await attempt());
    const body = withReason({ reviewStatus: 'Clean' });
    return { url: `/v1/reviews/${reviewId}`, body, object: `review:${reviewId}` };
  },
};

/** Writes that say who and why in another way, and where. */
const ELSEWHERE: Record<string, string> = {
  'POST /oauth2/access_token': 'a vendor gets a token; nothing of anybody changes',
  'POST /v1/learners/import': 'the next test',
  'PUT /v1/courses/:courseId/clock': 'tests and the demo only',
  'POST /v1/providers/:provider/reviews': 'by the callback in the inbox',
  'POST /v1/providers/:provider/attempts/:externalId/ready': 'by the callback in the inbox',
  'POST /v1/providers/:provider/attempts/:externalId/reviewed': 'by the callback in the inbox',
  'PUT /v1/customers/:customerId': 'tests/api/exports/configuration-audit.test.ts',
  'PUT /v1/customers/:customerId/channels/:channelId': 'tests/api/exports/configuration-audit.test.ts',
  'POST /v1/customers/:customerId/import': 'rows of the customer',
  'POST /v1/customers/:customerId/transmissions/:transmissionId/resolve': 'tests/api/exports/transmissions.test.ts',
  'POST /v1/customers/:customerId/channels/:channelId/exports': 'the run names who asked for it',
  'POST /v1/exports/:exportId/pause': 'the run',
  'POST /v1/exports/:exportId/resume': 'the run',
  'POST /v1/exports/:exportId/cancel': 'the run',
};

/** Qualification has tests of its own, with its drafts and statuses: tests/api/qualification. */
const ROUTES = Object.keys(OPERATIONS).filter(
  (route) => !route.startsWith('GET ') && !Object.hasOwn(QUALIFICATION_OPERATIONS, route),
);

async function audited(object: string): Promise<Record<string, unknown>[]> {
  const answer = await api.call(AUDITOR, 'GET', `/v1/audit?object=${encodeURIComponent(object)}`);
  expect(answer.status).toBe(200);
  return answer.body['items'] as Record<string, unknown>[];
}

test('Every route that writes is in one of the two tables.', () => {
  expect([...Object.keys(WRITES), ...Object.keys(ELSEWHERE)].sort()).toEqual([...ROUTES].sort());
});

describe.each([
  ['with a key', (): string | undefined => randomUUID()],
  ['without a key', (): string | undefined => undefined],
] as const)('%s', (_how, keyOf) => {
  test.each(Object.keys(WRITES))('%s says who did it, why and by which request.', async (route) => {
    const { url, body, object } = await (WRITES[route] as () => Promise<Written>)();
    const answer = await api.call(WRITER, route.split(' ')[0] as string, url, body, keyOf());
    expect(answer.status).toBeLessThan(300);
    const rows = await audited(typeof object === 'string' ? object : object(answer));
    const requestId = answer.headers['x-request-id'];
    const own = rows.filter((row) => row['requestId'] === requestId);
    expect(own).toEqual([expect.objectContaining({ actor: BY, reason: REASON, requestId })]);
  });
});

test('An import says who sent it, and leaves a row for each learner that it changed, without any value.', async () => {
  const userId = await aLearner();
  const lines = [
    { userId, username: userId, email: 'canary@example.org', fullName: 'N' },
    { userId: `${userId}-2`, username: `${userId}-2`, email: 'x@example.org', fullName: 'N' },
  ];
  const answer = await api.import(
    OPERATOR,
    '/v1/learners/import',
    lines.map((line) => `${JSON.stringify(line)}\n`),
  );
  expect(answer.status).toBe(200);
  const requestId = answer.headers['x-request-id'];
  const detail = { accepted: 2, rejected: 0, created: 1 };
  const row = { actor: BY, action: 'learners.imported', requestId, detail };
  expect((await audited('learners')).slice(0, 1)).toEqual([expect.objectContaining(row)]);
  expect(await audited(`learner:${userId}`)).toEqual([
    expect.objectContaining({ actor: BY, action: 'learner.changed', requestId, detail: { fields: ['email'] } }),
  ]);
  expect(await audited(`learner:${userId}-2`)).toEqual([]);
});

test('No reason and no sender of a request goes to Temporal.', () => {
  const sent = JSON.stringify([api.gateway.executions, api.gateway.publishes]);
  expect(sent).toContain('commandId');
  expect(sent).not.toContain(REASON);
  expect(sent).not.toContain('operator');
});
