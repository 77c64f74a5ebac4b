import { ApiError } from '../../../contracts/api-error';
import { storeAppliedCommand } from '../../../db/attempts/applied-commands';
import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import type { Attempt, Exam } from '../../../domain/attempts/model';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { anAttempt, anExam, created, attemptKeyOf, NOW } from '../../support/attempt-builders';
import { auditOf } from '../../support/audit-log';
import { aView } from '../../support/recording-gateway';

let api: ApiFixture;
let exam: Exam;
const LEARNERS = ['u-1', 'u-2', 'u-3'];

beforeAll(async () => {
  api = await ApiFixture.start();
  for (const userId of LEARNERS) {
    await upsertLearner(api.database.db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
  }
});
afterAll(() => api.stop());

beforeEach(async () => {
  exam = await anExam(api.database.db);
  api.gateway.executions.length = 0;
  api.gateway.signals.length = 0;
  api.gateway.answer = ({ key }) => aView(key);
});

const url = (userId = 'u-1', key = 'additional_time_granted'): string =>
  `/v1/exams/${exam.id}/allowances/${userId}/${key}`;

async function attemptOf(userId: string, given: Partial<Attempt> = {}): Promise<Attempt> {
  const running = { status: 'started', startedAt: NOW, allowedTimeLimitMins: 60 } as const;
  const attempt = anAttempt(exam.id, { userId, ...running, ...given });
  await created(api.database.db, attempt);
  return attempt;
}

function bulk(body: object, key?: string): Promise<ApiAnswer> {
  return api.call(OPERATOR, 'POST', '/v1/allowances/bulk', body, key);
}

const updates = () => api.gateway.executions.map(({ key, update }) => [key.userId, update]);

describe('An allowance', () => {
  test('leaves running attempts alone unless it is to count for them.', async () => {
    await attemptOf('u-1');
    expect(await api.call(OPERATOR, 'PUT', url(), { value: '15' })).toMatchObject({
      status: 200,
      body: { examId: exam.id, userId: 'u-1', key: 'additional_time_granted', value: '15' },
    });
    expect(api.gateway.executions).toEqual([]);
    const applied = await api.call(OPERATOR, 'PUT', url(), { value: '30', applyToRunning: true });
    expect(applied).toMatchObject({ status: 200, body: { value: '30', appliedToRunning: 1 } });
    expect(updates()).toEqual([['u-1', 'adjustTime']]);
  });

  test('taken away can count for a running attempt as well.', async () => {
    await attemptOf('u-1');
    await api.call(OPERATOR, 'PUT', url(), { value: '15' });
    expect(await api.call(OPERATOR, 'DELETE', `${url()}?applyToRunning=true`)).toMatchObject({ status: 204 });
    expect(updates()).toEqual([['u-1', 'adjustTime']]);
  });

  test.each([{ startedAt: null, status: 'created' }, { status: 'submitted' }] as const)(
    'updates no attempt that does not run (%j).',
    async (given) => {
      await attemptOf('u-1', given);
      const answer = await api.call(OPERATOR, 'PUT', url(), { value: '15', applyToRunning: true });
      expect(answer).toMatchObject({ status: 200, body: { appliedToRunning: 0 } });
      expect(api.gateway.executions).toEqual([]);
    },
  );

  test('is sent to attempts whose minutes are not fixed, for which it counts anyway.', async () => {
    const attempt = await attemptOf('u-1', { allowedTimeLimitMins: null });
    await api.call(OPERATOR, 'PUT', url(), { value: '15' });
    expect(api.gateway.signals).toEqual([{ key: attemptKeyOf(attempt), signal: 'clockChanged' }]);
  });

  test('sent again under the same key is answered as before and counted once.', async () => {
    await attemptOf('u-1');
    const send = () => api.call(OPERATOR, 'PUT', url(), { value: '30', applyToRunning: true }, `key-${exam.id}`);
    const first = await send();
    expect((await send()).body).toEqual(first.body);
    expect(api.gateway.executions).toHaveLength(1);
  });

  test('is kept when Temporal is down, and the same key updates the attempt later.', async () => {
    await attemptOf('u-1');
    api.gateway.answer = () => {
      throw new ApiError('temporal-unavailable');
    };
    const send = () => api.call(OPERATOR, 'PUT', url(), { value: '30', applyToRunning: true }, `key-${exam.id}`);
    expect(await send()).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    api.gateway.answer = ({ key }) => aView(key);
    expect(await send()).toMatchObject({ status: 200, body: { appliedToRunning: 1 } });
    const [first, second] = api.gateway.executions;
    expect(second?.input.commandId).toBe(first?.input.commandId);
  });

  test('given as a multiplier is stored as minutes of this exam.', async () => {
    expect(await api.call(OPERATOR, 'PUT', url('u-1', 'time_multiplier'), { value: '1.5' })).toMatchObject({
      status: 200,
      body: { key: 'additional_time_granted', value: '30' },
    });
  });

  test('of a due date of the learner’s own is stored in UTC.', async () => {
    const value = '2026-03-02T12:00:00+02:00';
    expect(await api.call(OPERATOR, 'PUT', url('u-1', 'due_date_override'), { value })).toMatchObject({
      status: 200,
      body: { value: '2026-03-02T10:00:00.000Z' },
    });
  });

  test('that is changed or removed leaves its old minutes in the audit log, and never a text about a person.', async () => {
    for (const value of ['15', '15', '30']) await api.call(OPERATOR, 'PUT', url(), { value });
    await api.call(OPERATOR, 'DELETE', url());
    for (const value of ['insulin', 'paper']) {
      await api.call(OPERATOR, 'PUT', url('u-1', 'review_policy_exception'), { value });
    }
    const of = async (key: string) => {
      const items = await auditOf(api.database.db, `allowance:${exam.id}:u-1:${key}`);
      return items.map(({ action, detail, actor }) => ({ action, detail, actor }));
    };
    const actor = 'invigil-dev|operator';
    expect(await of('additional_time_granted')).toEqual([
      { action: 'allowance.removed', detail: { before: '30' }, actor },
      { action: 'allowance.changed', detail: { before: '15', after: '30' }, actor },
      { action: 'allowance.created', detail: { after: '15' }, actor },
    ]);
    expect(await of('review_policy_exception')).toEqual([
      { action: 'allowance.changed', detail: null, actor },
      { action: 'allowance.created', detail: null, actor },
    ]);
  });
});

describe('A request that cannot be met says why', () => {
  const errors = (pointer: string) => ({ code: 'bad-request', errors: [{ in: 'body', pointer }] });

  test.each([
    ['additional_time_granted', { value: 'soon' }, '/value'],
    ['additional_time_granted', { value: '1.5' }, '/value'],
    ['additional_time_granted', { value: '1234567' }, '/value'],
    ['time_multiplier', { value: '0.5' }, '/value'],
    ['time_multiplier', { value: '999999' }, '/value'],
    ['due_date_override', { value: 'tomorrow' }, '/value'],
    ['due_date_override', { value: '2026-02-30T25:00:00Z' }, '/value'],
    ['note', { value: 'x', applyToRunning: true }, '/applyToRunning'],
    ['note', { value: 'x', until: 'tomorrow' }, '/until'],
    ['note', { value: 5 }, '/value'],
    ['note', {}, '/value'],
  ])('%s %j is malformed at %s.', async (key, body, pointer) => {
    expect(await api.call(OPERATOR, 'PUT', url('u-1', key), body)).toMatchObject({
      status: 400,
      body: errors(pointer),
    });
  });

  test('An unknown exam or learner is 404, an exam that is not active 409.', async () => {
    const put = (address: string) => api.call(OPERATOR, 'PUT', address, { value: '15' });
    const unknown = '/v1/exams/2147483647/allowances/u-1/additional_time_granted';
    expect(await put(unknown)).toMatchObject({ status: 404, body: { code: 'exam-not-found' } });
    expect(await put(url('nobody'))).toMatchObject({ status: 404, body: { code: 'learner-not-found' } });
    exam = await anExam(api.database.db, { isActive: false });
    expect(await put(url())).toMatchObject({ status: 409, body: { code: 'exam-inactive' } });
  });

  test('Reading takes exams:read, changing exams:write.', async () => {
    const reader = { scope: 'exams:read' };
    expect(await api.call(reader, 'PUT', url(), { value: '15' })).toMatchObject({ status: 403 });
    expect(await api.call(reader, 'DELETE', url())).toMatchObject({ status: 403 });
    expect(await api.call(reader, 'POST', '/v1/allowances/bulk', {})).toMatchObject({ status: 403 });
    expect(await api.call(reader, 'GET', `/v1/exams/${exam.id}/allowances`)).toMatchObject({ status: 200 });
  });
});

describe('A bulk of allowances', () => {
  test('is stored for all there are, and names those it was not stored for.', async () => {
    const inactive = await anExam(api.database.db, { isActive: false });
    const examIds = [exam.id, inactive.id, 2_147_483_647];
    const answer = await bulk({ examIds, userIds: ['u-1', 'u-2', 'nobody'], key: 'time_multiplier', value: '2' });
    expect(answer).toMatchObject({ status: 200, body: { stored: 2 } });
    expect(answer.body['leftOut']).toEqual([
      { examId: inactive.id, code: 'exam-inactive' },
      { examId: 2_147_483_647, code: 'exam-not-found' },
      { userId: 'nobody', code: 'learner-not-found' },
    ]);
  });

  test('that applies to nobody is refused, each reason with its pointer.', async () => {
    const answer = await bulk({ examIds: [exam.id], userIds: ['no', 'nobody'], key: 'note', value: '' });
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'learner-not-found', errors: [{ pointer: '/userIds/0' }, { pointer: '/userIds/1' }] },
    });
  });

  test('counts for all running attempts, under one key for each of them once.', async () => {
    for (const userId of LEARNERS) await attemptOf(userId);
    const bulkRequest = { examIds: [exam.id], userIds: LEARNERS, key: 'additional_time_granted', value: '10' };
    const send = () => bulk({ ...bulkRequest, applyToRunning: true }, `bulk-${exam.id}`);
    api.gateway.answer = ({ key }) => {
      if (key.userId === 'u-2') throw new ApiError('outcome-unknown');
      return aView(key);
    };
    expect(await send()).toMatchObject({ status: 503 });
    const notified = api.gateway.executions.filter(({ key }) => key.userId !== 'u-2');
    for (const { key, input } of notified) {
      const { commandId } = input;
      const cause = { by: null, because: 'adjustTime' };
      const about = { type: 'adjustTime', key, attemptId: null, result: null, now: NOW, cause, version: null };
      await storeAppliedCommand(api.database.db, { commandId, ...about });
    }
    api.gateway.executions.length = 0;
    api.gateway.answer = ({ key }) => aView(key);
    expect(await send()).toMatchObject({ status: 200, body: { stored: 3, appliedToRunning: 3 } });
    expect(updates()).toEqual([['u-2', 'adjustTime']]);
  });
});
