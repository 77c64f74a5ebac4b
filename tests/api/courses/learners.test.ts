import { Readable } from 'node:stream';
import { findCourse } from '../../../db/courses/courses';
import { findLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

const ann = { username: 'ann', email: 'ann@example.org', fullName: 'Ann' };
/** What would reach somebody else, or more than one. */
const NOT_ONE_ADDRESS = [
  'm1@example.org, attacker@evil.example',
  '<x@example.org>, y@example.org',
  'x@e\r\nRCPT TO:<evil@evil.example>',
  'x@example.org\r\nBcc: y@example.org',
  'Ann <ann@example.org>',
  'not-an-address',
  ' ',
];

async function importLines(...lines: object[]): Promise<ApiAnswer> {
  const headers = { authorization: `Bearer ${await api.token(OPERATOR)}`, 'content-type': 'application/x-ndjson' };
  const payload = Readable.from(lines.map((line) => `${JSON.stringify(line)}\n`));
  return api.send({ method: 'POST', url: '/v1/learners/import', headers, payload });
}

test.each(NOT_ONE_ADDRESS)('A learner whose address is %j is refused, and nothing changes.', async (email) => {
  expect((await api.call(OPERATOR, 'PUT', '/v1/learners/ann', ann)).status).toBe(200);
  const answer = await api.call(OPERATOR, 'PUT', '/v1/learners/ann', { ...ann, email });
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', errors: [{ pointer: '/email' }] } });
  expect(await findLearner(api.database.db, 'ann')).toMatchObject(ann);
});

test('The import names the lines whose address is not one, and keeps the others.', async () => {
  const line = (userId: string, email: string): object => ({ userId, username: userId, email, fullName: userId });
  const bad = NOT_ONE_ADDRESS.map((email, at) => line(`bad-${at}`, email));
  const answer = await importLines(line('i-1', 'i-1@example.org'), ...bad, line('i-2', ''));
  expect(answer.body).toMatchObject({ accepted: 2, rejected: bad.length });
  const errors = answer.body['errors'] as { line: number; detail: string }[];
  expect(errors.map(({ line: number }) => number)).toEqual(bad.map((_, at) => at + 2));
  for (const { detail } of errors) expect(detail).toMatch(/^\/email: /);
});

test('A learner may have no name and no address.', async () => {
  const nobody = { username: 'nobody', email: '', fullName: '' };
  expect(await api.call(OPERATOR, 'PUT', '/v1/learners/nobody', nobody)).toMatchObject({ status: 200, body: nobody });
  expect(await findLearner(api.database.db, 'nobody')).toMatchObject(nobody);
});

test('A learner’s language is kept as it is sent, and forgotten when it is not sent.', async () => {
  const learner = async (language?: unknown): Promise<ApiAnswer> =>
    api.call(OPERATOR, 'PUT', '/v1/learners/ann', language === undefined ? ann : { ...ann, language });
  expect((await learner('pt-BR')).body['language']).toBe('pt-BR');
  for (const bad of ['', 'german please', 'de\n', 5]) expect((await learner(bad)).status).toBe(400);
  expect(await findLearner(api.database.db, 'ann')).toMatchObject({ language: 'pt-BR' });
  expect((await learner()).body['language']).toBeNull();
  await importLines({ userId: 'ann', ...ann, language: 'de' });
  expect(await findLearner(api.database.db, 'ann')).toMatchObject({ language: 'de' });
});

test('Addresses in other scripts and with signs are kept as they are.', async () => {
  for (const email of ['李@bücher.example', "o'neill+exams@example.org"])
    expect((await api.call(OPERATOR, 'PUT', '/v1/learners/ann', { ...ann, email })).body['email']).toBe(email);
});

test.each(NOT_ONE_ADDRESS)('A course whose address for questions is %j is refused.', async (escalationEmail) => {
  const answer = await api.call(OPERATOR, 'PUT', '/v1/courses/c-1', { name: 'C', escalationEmail });
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  expect(await findCourse(api.database.db, 'c-1')).toBeUndefined();
});

test('The name of an exam may have 4,000 characters, not more.', async () => {
  const course = '/v1/courses/c-2';
  expect((await api.call(OPERATOR, 'PUT', course, { name: 'C' })).status).toBe(200);
  const exam = { courseId: 'c-2', contentId: 'b-1', timeLimitMins: 60 };
  const longest = { ...exam, examName: '考'.repeat(4_000) };
  expect(await api.call(OPERATOR, 'POST', '/v1/exams', longest)).toMatchObject({
    status: 201,
    body: { examName: longest.examName },
  });
  const tooLong = { ...exam, contentId: 'b-2', examName: 'x'.repeat(4_001) };
  expect((await api.call(OPERATOR, 'POST', '/v1/exams', tooLong)).status).toBe(400);
});
