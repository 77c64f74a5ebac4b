import type { Attempt } from '../../../../domain/attempts/model';
import { OPERATOR } from '../../../support/api-fixture';
import { anExam } from '../../../support/attempt-builders';
import { CallbackFixture, payload, SECRET } from './callback-fixture';

let vendors: CallbackFixture;
beforeAll(async () => {
  vendors = await CallbackFixture.start();
});
afterAll(() => vendors.api.stop());

interface Moved {
  provider?: string | null;
  is_proctored?: boolean;
  is_active?: boolean;
}

/** An attempt registered at the provider, on an exam of its own that was changed afterwards. */
async function movedFrom(provider: string, exam: Moved, course: string | null = 'psi'): Promise<Attempt> {
  const { db } = vendors.api.database;
  const courseId = `course-${Math.random()}`;
  const { id: examId } = await anExam(db, { provider, courseId });
  const attempt = await vendors.attemptAt(provider, { examId });
  await db('exams').where({ id: examId }).update(exam);
  await db('courses').where({ course_id: courseId }).update({ proctoring_provider: course });
  return attempt;
}

const proven = { 'x-callback-secret': SECRET };
const moves: [string, Moved, string | null][] = [
  ['has another provider now', { provider: 'rest' }, 'rest'],
  ['is timed now', { is_proctored: false }, null],
  ['vanished from its course', { is_proctored: false, is_active: false }, 'psi'],
];

test.each(moves)(
  'The provider that registered the attempt reviews it when the exam %s; no other does.',
  async (_what, exam, course) => {
    const attempt = await movedFrom('guarded', exam, course);
    expect((await vendors.post('guarded', payload(attempt), proven)).status).toBe(202);
    expect(await vendors.post('psi', payload(attempt))).toMatchObject({
      status: 404,
      body: { code: 'attempt-not-found' },
    });
    expect(await vendors.post('rest', payload(attempt))).toMatchObject({
      status: 403,
      body: { code: 'callback-refused' },
    });
    expect(await vendors.waiting(attempt)).toHaveLength(1);
    expect(await vendors.audited(attempt.code)).toEqual(['callback.forged', 'callback.foreign-provider']);
  },
);

test.each(moves)('It is judged at the door by that provider’s rules when the exam %s.', async (_what, exam, course) => {
  const current = await movedFrom('guarded', exam, course);
  const statusOf = async (attempt: Attempt, provider: string, reviewStatus: string): Promise<number> =>
    (await vendors.post(provider, payload(attempt, { reviewStatus }), proven)).status;
  expect([await statusOf(current, 'guarded', 'Clean'), await statusOf(current, 'guarded', 'Suspicious')]).toEqual([
    202, 202,
  ]);
  const classic = await movedFrom('psi', exam.provider ? { provider: 'guarded' } : exam, 'guarded');
  expect([await statusOf(classic, 'psi', 'Clean'), await statusOf(classic, 'psi', 'Suspicious')]).toEqual([202, 409]);
});

test('A REST review of an exam that is no longer proctored stays 412, and one of an exam that moved is taken.', async () => {
  const unproctored = await movedFrom('rest', { is_proctored: false });
  expect(await vendors.reviewed(unproctored, { status: 'passed', comments: [] })).toMatchObject({
    status: 412,
    body: { code: 'exam-no-longer-proctored' },
  });
  const moved = await movedFrom('rest', { provider: 'psi' });
  expect((await vendors.reviewed(moved, { status: 'passed', comments: [] })).status).toBe(202);
});

test('The launch callback redirects past due as well; what it means the workflow decides.', async () => {
  const { db } = vendors.api.database;
  const { id: examId } = await anExam(db, { provider: 'psi', dueDate: new Date(Date.now() - 60_000) });
  const attempt = await vendors.attemptAt('psi', { examId, status: 'created', completedAt: null });
  const answer = await vendors.api.send({ method: 'GET', url: `/v1/providers/psi/start/${attempt.code}` });
  expect(answer.status).toBe(302);
});

test('A token limited to a provider sees the attempts it registered, wherever their exams are, and no timed ones.', async () => {
  const mine = await movedFrom('guarded', { provider: 'rest' }, 'rest');
  const { db } = vendors.api.database;
  const { id: examId } = await anExam(db, { provider: null, isProctored: false });
  const timed = await vendors.attemptAt('guarded', { examId, externalId: null });
  const seen = async (provider: string, { code }: Attempt): Promise<number> =>
    (await vendors.api.call({ ...OPERATOR, provider }, 'GET', `/v1/attempts/${code}`)).status;
  expect([await seen('guarded', mine), await seen('rest', mine), await seen('guarded', timed)]).toEqual([
    200, 404, 404,
  ]);
  const listed = await vendors.api.call(OPERATOR, 'GET', `/v1/attempts?provider=guarded&userId=${mine.userId}`);
  expect(listed.body['items']).toHaveLength(1);
});
