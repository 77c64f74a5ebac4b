import { readDecisionContext } from '../../../../db/attempts/decision-context';
import {
  anAttempt,
  anExam,
  applyIn,
  COURSE,
  created,
  creditSubmitted,
  effect,
  attemptKeyOf,
} from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

const OTHERS = 500;

describe('among many exams', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(1);
  });
  afterAll(() => database.drop());

  it('a decision reads its own, and none of the others', async () => {
    const { db } = database;
    const exam = await anExam(db);
    await db.raw(
      `insert into exams (course_id, content_id, exam_name, time_limit_mins)
       select ?, 'other-' || n, 'Other', 90 from generate_series(1, ?) n`,
      [COURSE, OTHERS],
    );
    const before = anAttempt(exam.id);
    await created(db, before);
    const after = { ...before, status: 'started' as const, version: 2 };
    const read = await db.transaction(async (trx) => {
      await readDecisionContext(trx, attemptKeyOf(before), 'command');
      await applyIn(trx, after, {
        writes: [{ do: 'save', before, after }],
        archive: [before],
        effects: [effect(after, creditSubmitted)],
        leaseMs: 1_000,
      });
      const { rows } = await trx.raw<{ rows: { read: string }[] }>(
        `select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'exams'`,
      );
      return Number(rows[0]?.read);
    });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(10);
  });
});
