import { listAllowances } from '../../../db/attempts/allowances';
import { upsertLearner } from '../../../db/courses/learners';
import type { ApiAnswer } from '../../../dev/api-client';
import type { Exam } from '../../../domain/attempts/model';
import { casesOf } from '../../golden/families';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { anExam } from '../../support/attempt-builders';

/** Recorded accounts by whatever they are called; the platform looks people up, Invigil is given their ids. */
const ACCOUNTS: Record<string, string> = Object.fromEntries(
  ['u1', 'u2'].flatMap((id) => [id, `${id}@example.org`].map((name) => [name, id])),
);
const UNKNOWN_EXAM = 2_147_483_647;

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
  for (const userId of new Set(Object.values(ACCOUNTS))) {
    await upsertLearner(api.database.db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
  }
});
afterAll(() => api.stop());

const anExamThat = (isActive: boolean): Promise<Exam> =>
  anExam(api.database.db, { isActive, timeLimitMins: 60, isProctored: false });

function put(exam: Exam, user: string, key: string, value: string): Promise<ApiAnswer> {
  const url = `/v1/exams/${exam.id}/allowances/${encodeURIComponent(ACCOUNTS[user] ?? user)}/${key}`;
  return api.call(OPERATOR, 'PUT', url, { value });
}

interface Case {
  ok: boolean;
}

it.each(casesOf<Case & { key: string; value: string }>('timing', 'allowance_value').map((one) => [one]))(
  'A value is taken or refused as recorded: %j',
  async ({ key, value, ok }) => {
    const answer = await put(await anExamThat(true), 'u1', key, value);
    expect(answer.status).toBe(ok ? 200 : 400);
    if (!ok) expect(answer.body['errors']).toMatchObject([{ in: 'body', pointer: '/value' }]);
  },
);

it.each(casesOf<Case & { user_info: string; exam_active: boolean }>('timing', 'allowance_user').map((one) => [one]))(
  'An allowance for this learner and exam is stored or refused as recorded: %j',
  async ({ user_info, exam_active, ok }) => {
    const exam = await anExamThat(exam_active);
    const { status } = await put(exam, user_info, 'additional_time_granted', '10');
    expect(status === 200).toBe(ok);
    const { items } = await listAllowances(api.database.db, exam.id, { limit: 10, cursor: undefined });
    expect(items).toHaveLength(ok ? 1 : 0);
  },
);

interface BulkCase extends Case {
  exam_ids: string[];
  users: string[];
  allowance_type: string;
  value: string;
  stored: string[][];
}

it.each(casesOf<BulkCase>('timing', 'bulk_allowance').map((one) => [one]))(
  'A bulk stores what was recorded for the exams and learners there are: %j',
  async (one) => {
    const exams = new Map<string, Exam>();
    for (const label of one.exam_ids) {
      const [, name, state] = /^(\w+) \((active|inactive)\)$/.exec(label) ?? [];
      if (name) exams.set(name, await anExamThat(state === 'active'));
    }
    const examIds = one.exam_ids.map((label) => exams.get(label.split(' ')[0] ?? '')?.id ?? UNKNOWN_EXAM);
    const userIds = one.users.map((user) => ACCOUNTS[user] ?? user);
    const body = { examIds, userIds, key: one.allowance_type, value: one.value };
    const answer = await api.call(OPERATOR, 'POST', '/v1/allowances/bulk', body);
    expect(answer.status).toBe(one.ok ? 200 : 400);
    const stored: string[][] = [];
    for (const [label, { id }] of exams) {
      const { items } = await listAllowances(api.database.db, id, { limit: 50, cursor: undefined });
      stored.push(...items.map(({ userId, key, value }) => [userId, label, key, value]));
    }
    expect(stored).toEqual(one.stored);
    if (one.ok) expect(answer.body['stored']).toBe(stored.length);
  },
);
