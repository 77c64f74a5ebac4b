import { randomBytes } from 'node:crypto';
import { parseSealingKeys } from '../../../config/sealing-keys';
import { countSelection, selectPage } from '../../../db/exports/selection';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';

const EXPORTER: TokenCaller = { sub: 'exporter', scope: 'exports:read exports:write' };
const KEYS = `a1:${randomBytes(32).toString('base64')}`;
const RUN = 'course-v1:edX+S01+2021';

let api: ApiFixture;

beforeAll(async () => {
  api = await ApiFixture.start({ CREDENTIAL_KEYS: KEYS });
});
afterAll(() => api.stop());

let made = 0;

async function aCustomer(): Promise<string> {
  const id = `customer-${(made += 1)}`;
  await api.call(EXPORTER, 'PUT', `/v1/customers/${id}`, { name: id, slug: id });
  const dryRunChannel = { kind: 'MOODLE', baseUrl: 'https://moodle.example.com', dryRun: true };
  await api.call(EXPORTER, 'PUT', `/v1/customers/${id}/channels/moodle`, dryRunChannel);
  return id;
}

function importRows(customerId: string, lines: Iterable<string>, caller = EXPORTER): Promise<ApiAnswer> {
  return api.import(caller, `/v1/customers/${customerId}/import`, lines);
}

const line = (row: object): string => `${JSON.stringify(row)}\n`;
const learner = (userId: string, more: object = {}): string => line({ kind: 'learner', userId, ...more });
const enrollment = (enrollmentId: number, userId: string, more: object = {}): string =>
  line({ kind: 'enrollment', enrollmentId, userId, courseRunId: RUN, courseKey: 'edX+S01', mode: 'verified', ...more });
const audit = (auditId: number, enrollmentId: number, more: object = {}): string =>
  line({
    kind: 'audit',
    auditId,
    channelId: 'moodle',
    enrollmentId,
    courseId: 'edX+S01',
    grade: 'Pass',
    isTransmitted: true,
    statusCode: 200,
    ...more,
  });

const errorLines = ({ body }: ApiAnswer): number[] => (body['errors'] as { line: number }[]).map((error) => error.line);

async function pageOf(customerId: string): ReturnType<typeof selectPage> {
  const { rows } = await api.database.db.raw<{ rows: { id: string }[] }>(
    'select cast(id as text) as id from channel_configurations where customer_id = ?',
    [customerId],
  );
  return selectPage(api.database.db, {
    customerId,
    configurationId: rows[0]?.id as string,
    level: 'completion',
    filter: {},
    after: null,
    limit: 100,
    keys: parseSealingKeys(KEYS),
  });
}

test('What was imported is what a run reads, in one row per enrollment.', async () => {
  const id = await aCustomer();
  const clickThrough = {
    courseKey: 'edX+S01',
    userGuid: 'g',
    sessionToken: 'token',
    callbackUrl: '/cb',
    subdomain: 's',
  };
  const answer = await importRows(id, [
    audit(1, 301, { percent: 0.87 }),
    audit(2, 301, { grade: 'Fail', isTransmitted: false, errorMessage: 'boom' }),
    enrollment(301, 'u1'),
    learner('u1', { username: 'ann', email: 'ann@example.com', remoteId: 'r-1' }),
    line({ kind: 'consent', userId: 'u1', courseId: RUN, granted: false }),
    line({ kind: 'consent', userId: 'u1', courseId: 'edX+S01', granted: true }),
    line({ kind: 'consent', userId: 'u1', courseId: 'other', granted: true }),
    line({ kind: 'clickThrough', userId: 'u1', ...clickThrough }),
  ]);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      accepted: 8,
      rejected: 0,
      errors: [],
      kinds: { learner: 1, enrollment: 1, consent: 3, clickThrough: 1, audit: 2 },
    },
  });
  const [selected, ...more] = await pageOf(id);
  expect(more).toEqual([]);
  expect(selected).toMatchObject({
    username: 'ann',
    facts: {
      enrollment: { id: '301', courseRunId: RUN, courseKey: 'edX+S01', mode: 'verified' },
      link: { userId: 'u1', active: true, identity: { remoteId: 'r-1', email: 'ann@example.com', clickThrough } },
      transmissions: [
        { courseId: 'edX+S01', grade: 'Pass', transmitted: true, enrollmentId: '301', subsectionId: null },
      ],
    },
  });
  expect(selected?.facts.consents).toHaveLength(2);
});

test('Sending a file again changes nothing, and a changed row replaces the old one.', async () => {
  const id = await aCustomer();
  const file = [learner('u1'), enrollment(1, 'u1'), audit(1, 1), audit(2, 1, { grade: 'Fail' })];
  await importRows(id, file);
  const before = await pageOf(id);
  expect((await importRows(id, file)).body).toMatchObject({ accepted: 4, rejected: 0 });
  expect(await pageOf(id)).toEqual(before);
  const ledger = await api.call(EXPORTER, 'GET', `/v1/customers/${id}/transmissions?learnerId=u1`);
  expect((ledger.body['items'] as { grade: string }[]).map(({ grade }) => grade)).toEqual(['Fail', 'Pass']);
  await importRows(id, [enrollment(1, 'u1', { mode: 'audit' })]);
  expect((await pageOf(id))[0]?.facts.enrollment.mode).toBe('audit');
});

test('Bad lines are named by number, good ones beside them are kept.', async () => {
  const id = await aCustomer();
  const answer = await importRows(id, [
    learner('u1'),
    'no json\n',
    '\n',
    line({ kind: 'spaceship' }),
    line({ kind: 'toString' }),
    learner('u2', { colour: 'red' }),
    enrollment(1, 'u1'),
    enrollment(2, 'nobody'),
    enrollment(1.5, 'u1'),
    audit(1, 1),
    audit(2, 99),
    audit(3, 1, { channelId: 'none' }),
    '{"kind":"learner","userId":"half \\ud800"}\n',
    learner('u3'),
    `${'x'.repeat(70_000)}\n`,
    learner('u4'),
  ]);
  expect(answer.body).toMatchObject({ accepted: 5, rejected: 10, kinds: { learner: 3, enrollment: 1, audit: 1 } });
  expect(errorLines(answer)).toEqual([2, 4, 5, 6, 8, 9, 11, 12, 13, 15]);
  expect(JSON.stringify(answer.body['errors'])).not.toContain('nobody');
});

test('Tens of thousands of lines go in, and only the first thousand errors are listed.', async () => {
  const id = await aCustomer();
  const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
  const lines = numbers.flatMap((n) => [learner(`u${n}`), enrollment(n, `u${n}`), n % 5 === 0 ? 'bad\n' : '']);
  const { body } = await importRows(id, lines);
  expect(body).toMatchObject({ accepted: 20_000, rejected: 2_000 });
  expect(body['errors']).toHaveLength(1_000);
  const counted = await countSelection(api.database.db, id, {});
  expect(counted).toEqual({ selected: 10_000, notSelected: 0 });
});

test('Learners whose account is gone or whose tie has ended are kept apart.', async () => {
  const id = await aCustomer();
  await importRows(id, [
    learner('gone', { userExists: false, username: null }),
    learner('unlinked', { linked: false }),
    learner('inactive', { active: false }),
    ...['gone', 'unlinked', 'inactive'].map((userId, at) => enrollment(at + 1, userId)),
  ]);
  const page = await pageOf(id);
  expect(page.map(({ username, facts }) => [facts.link.userId, facts.link.userExists, username])).toEqual([
    ['gone', false, null],
  ]);
  expect(await countSelection(api.database.db, id, {})).toEqual({ selected: 1, notSelected: 2 });
});

test('Names that the import leaves out are those the service knows already.', async () => {
  const id = await aCustomer();
  const known = { username: 'known-name', email: 'known@example.com', fullName: 'K' };
  await api.call({ scope: 'learners:write' }, 'PUT', '/v1/learners/known', known);
  await importRows(id, [learner('known'), enrollment(1, 'known')]);
  expect((await pageOf(id))[0]).toMatchObject({
    username: 'known-name',
    facts: { link: { identity: { email: 'known@example.com' } } },
  });
});

test('A stream needs its own content type, the scope, and a customer within reach.', async () => {
  const id = await aCustomer();
  expect((await importRows(id, [learner('u')], { scope: 'exports:read' })).status).toBe(403);
  expect((await importRows(id, [learner('u')], { ...EXPORTER, customers: [] })).body).toMatchObject({
    code: 'customer-not-found',
  });
  expect((await importRows('nobody', [learner('u')])).status).toBe(404);
  expect((await api.call(EXPORTER, 'POST', `/v1/customers/${id}/import`, { kind: 'learner' })).status).toBe(415);
});
