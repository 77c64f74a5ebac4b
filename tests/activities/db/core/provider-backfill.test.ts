import { down, up } from '../../../../db/migrations/0055-who-why-and-when';
import type { Attempt } from '../../../../domain/attempts/model';
import { anAttempt, anExam, created, NOW } from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** The question that registered an attempt, as it is kept. */
async function registeredBy(provider: string, { id, examId, userId }: Attempt): Promise<void> {
  await database
    .db('commands')
    .insert({
      command_id: `create ${id}`,
      type: 'create',
      exam_id: examId,
      user_id: userId,
      attempt_number: 1,
      attempt_id: id,
      state: 'applied',
      question: JSON.stringify({ kind: 'registration', provider }),
      new_attempt: JSON.stringify({ id, code: 'C', number: 1 }),
      at: NOW,
    });
}

test('Attempts of the release before get their provider from their registration, else from the exam, else from the course.', async () => {
  const { db } = database;
  const [own, courses] = [await anExam(db, { provider: 'rest' }), await anExam(db)];
  const timed = await anExam(db, { provider: 'rest', isProctored: false });
  const known = anAttempt(own.id, { userId: 'known', externalId: 'ext-1' });
  await registeredBy('psi-of-old', known);
  const cases: [Attempt, string][] = [
    [known, 'psi-of-old'],
    [anAttempt(own.id, { userId: 'exam' }), 'rest'],
    [anAttempt(courses.id, { userId: 'course' }), 'psi'],
    [anAttempt(timed.id, { userId: 'was proctored', externalId: 'ext-2' }), 'rest'],
    [anAttempt(timed.id, { userId: 'timed' }), 'psi'],
  ];
  for (const [attempt] of cases) await created(db, attempt);
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  await db.transaction(async (trx) => {
    await down(trx);
    await up(trx);
  });
  const rows = await db<{ id: string; provider: string }>('attempts').select('id', 'provider');
  const found = new Map(rows.map(({ id, provider }) => [id, provider]));
  expect(cases.map(([{ id }]) => found.get(id))).toEqual(cases.map(([, provider]) => provider));
  expect(warned.mock.calls).toEqual([['The provider of 1 attempts was guessed from their exams and courses.']]);
  warned.mockRestore();
});
