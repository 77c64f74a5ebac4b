import type { Knex } from 'knex';
import { raiseAttention, relieveAttention } from '../../../../db/attempts/attention';
import { overdueAttempts, overdueReviews } from '../../../../db/attempts/relay';
import { setClock } from '../../../../db/courses/courses';
import { anAttempt, anExam, attemptKeyOf, COURSE, created, saved } from '../../../support/attempt-builders';
import { fillAttempts } from '../../../support/many-rows';
import { rowsRead } from '../../../support/query-plan';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

jest.setTimeout(240_000);

const MINUTE_MS = 60_000;
const LIMITS = { graceMs: 30_000, limit: 200 };

let database: TestDatabase;
let db: Knex;
beforeEach(async () => {
  database = await cloneDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const ago = (ms: number): Date => new Date(Date.now() - ms);
const running = (userId: string, overSinceMs: number) => ({
  userId,
  status: 'started' as const,
  startedAt: ago(60 * MINUTE_MS + overSinceMs),
  allowedTimeLimitMins: 60,
});

describe('The look for attempts past their deadline', () => {
  it('finds the oldest first, whatever was confirmed, after the grace time, and passes over those that rest', async () => {
    const exam = await anExam(db);
    const attempts = [120_000, 300_000, 10_000, -60_000].map((ms, n) => anAttempt(exam.id, running(`u-${n}`, ms)));
    for (const attempt of attempts) await created(db, attempt);
    await db('attempts').update({ confirmed_version: 1 });
    const [late, later] = attempts.map(attemptKeyOf);
    expect(await overdueAttempts(db, LIMITS)).toEqual([later, late]);
    expect(await overdueAttempts(db, { ...LIMITS, limit: 1 })).toEqual([later]);
    expect(await overdueAttempts(db, { ...LIMITS, resting: later ? [later] : [] })).toEqual([late]);
  });

  it('leaves alone what has ended, and what is over by no clock that moves', async () => {
    const exam = await anExam(db);
    const attempt = anAttempt(exam.id, running('u-1', 120_000));
    await created(db, attempt);
    await setClock(db, COURSE, { frozenAt: ago(24 * 60 * MINUTE_MS) });
    expect(await overdueAttempts(db, LIMITS)).toEqual([]);
    await setClock(db, COURSE, { frozenAt: null });
    expect(await overdueAttempts(db, LIMITS)).toEqual([attemptKeyOf(attempt)]);
    await saved(db, attempt, { status: 'submitted', completedAt: new Date() });
    expect(await overdueAttempts(db, LIMITS)).toEqual([]);
  });
});

describe('The look for reviews that are late', () => {
  it('finds those not marked yet; another reason does not hide one', async () => {
    const exam = await anExam(db);
    const awaited = (userId: string, ms: number) =>
      anAttempt(exam.id, { userId, status: 'submitted', reviewDueAt: ago(ms) });
    const attempts = [awaited('u-1', 120_000), awaited('u-2', 300_000), awaited('u-3', -60_000)];
    for (const attempt of attempts) await created(db, attempt);
    const [late, later, due] = attempts.map(attemptKeyOf);
    if (!late || !later || !due) throw new Error('There are three');
    await raiseAttention(db, later, 'effect-failed');
    expect(await overdueReviews(db, LIMITS)).toEqual([later, late]);
    await raiseAttention(db, later, 'review-overdue');
    expect(await overdueReviews(db, LIMITS)).toEqual([late]);
    await setClock(db, COURSE, { offsetMs: -10 * MINUTE_MS });
    expect(await overdueReviews(db, LIMITS)).toEqual([]);
  });
});

describe('The reasons for which an attempt needs a person', () => {
  const reasonsOf = async (): Promise<string[]> =>
    (await db('attempts').first<{ attention_reasons: string[] }>('attention_reasons')).attention_reasons;

  it('come and go one by one, each once, in the order in which they came', async () => {
    const attempt = anAttempt((await anExam(db)).id, { status: 'submitted', reviewDueAt: ago(1) });
    await created(db, attempt);
    const key = attemptKeyOf(attempt);
    for (const reason of ['stuck', 'review-overdue', 'effect-failed', 'stuck'] as const) {
      await raiseAttention(db, key, reason);
    }
    expect(await reasonsOf()).toEqual(['stuck', 'review-overdue', 'effect-failed']);
    await relieveAttention(db, key, 'review-overdue');
    expect(await reasonsOf()).toEqual(['stuck', 'effect-failed']);
  });

  it('go with what they are about when the attempt moves on', async () => {
    const attempt = anAttempt((await anExam(db)).id, { status: 'submitted', reviewDueAt: ago(1) });
    await created(db, attempt);
    for (const reason of ['stuck', 'review-overdue', 'effect-failed'] as const) {
      await raiseAttention(db, attemptKeyOf(attempt), reason);
    }
    const { after } = await saved(db, attempt, { externalId: 'x' });
    expect(await reasonsOf()).toEqual(['review-overdue', 'effect-failed']);
    await saved(db, after, { status: 'verified', reviewDueAt: null });
    expect(await reasonsOf()).toEqual(['effect-failed']);
    await raiseAttention(db, attemptKeyOf(attempt), 'review-overdue');
    expect(await reasonsOf()).toEqual(['effect-failed']);
  });

  it('that the release before marks while it still runs count as well', async () => {
    await created(db, anAttempt((await anExam(db)).id));
    await db('attempts').update({ needs_attention: 'effect-failed' });
    expect(await reasonsOf()).toEqual(['effect-failed']);
    await db('attempts').update({ needs_attention: null });
    expect(await reasonsOf()).toEqual([]);
  });
});

it('With a million attempts, each look reads the few that are late, by an index', async () => {
  await fillAttempts(db, { rows: 1_000_000, waitsOneIn: 50, overdue: 10 });
  const looks: Record<string, { read: number; indexes: string[] }> = {};
  for (const [name, look] of Object.entries({ overdueAttempts, overdueReviews })) {
    expect(await look(db, LIMITS)).toHaveLength(10);
    looks[name] = await rowsRead(db, () => look(db, LIMITS));
  }
  expect(looks).toEqual({
    overdueAttempts: { read: expect.any(Number) as number, indexes: ['attempts_deadline_idx'] },
    overdueReviews: {
      read: expect.any(Number) as number,
      indexes: expect.arrayContaining(['attempts_review_overdue_idx']) as string[],
    },
  });
  for (const { read } of Object.values(looks)) expect(read).toBeLessThan(50);
});
