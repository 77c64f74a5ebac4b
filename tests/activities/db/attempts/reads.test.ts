import type { AttemptKey } from '../../../../contracts/attempts/messages';
import { listAllowances, putAllowances, deleteAllowance } from '../../../../db/attempts/allowances';
import { cascadeCandidates } from '../../../../db/attempts/cascade';
import { readDecisionContext } from '../../../../db/attempts/decision-context';
import { findByCode } from '../../../../db/attempts/find';
import { listAttempts } from '../../../../db/attempts/list';
import { confirmVersion, ownersOfEffects, UNCONFIRMED, unconfirmedAttempts } from '../../../../db/attempts/relay';
import { BadCursorError, type Page } from '../../../../db/core/cursor';
import { ReviewPolicyHistoryModel } from '../../../../db/core/models';
import { setClock } from '../../../../db/courses/courses';
import { createExam, findExam, listExams, patchExam } from '../../../../db/courses/exams';
import { findLearner, upsertLearners } from '../../../../db/courses/learners';
import { putReviewPolicy, removeReviewPolicy } from '../../../../db/courses/review-policies';
import { ATTEMPT_STATUSES, phaseOf } from '../../../../domain/attempts/statuses';
import {
  anAttempt,
  anExam,
  apply,
  COURSE,
  created,
  creditSubmitted,
  attemptKeyOf,
  minutesLater,
  NOW,
  saved,
} from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

async function all<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await read(cursor ?? undefined);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

describe('reading', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await cloneDatabase(1);
  });
  afterEach(() => database.drop());

  it('lists attempts page by page, newest first, each once, even of one instant', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const attempts = Array.from({ length: 7 }, (_, n) =>
      anAttempt(exam.id, { userId: `u-${n}`, createdAt: minutesLater(Math.floor(n / 3)) }),
    );
    for (const attempt of attempts) await created(db, attempt);
    const listed = await all((cursor) => listAttempts(db, { examId: exam.id }, { limit: 2, cursor }, NOW));
    expect(new Set(listed.map(({ view }) => view.attemptId)).size).toBe(7);
    const instants = listed.map(({ view }) => view.createdAt);
    expect(instants).toEqual([...instants].sort().reverse());
    await expect(listAttempts(db, {}, { limit: 2, cursor: 'x' }, NOW)).rejects.toBeInstanceOf(BadCursorError);
  });

  it('filters attempts by phase as the domain names it, for every status', async () => {
    const { db } = database;
    const exam = await anExam(db);
    for (const [n, status] of ATTEMPT_STATUSES.entries())
      for (const isSampleAttempt of [false, true])
        await created(db, anAttempt(exam.id, { userId: `u-${n}-${isSampleAttempt}`, status, isSampleAttempt }));
    for (const phase of ['open', 'in_exam', 'awaiting_review', 'decided', 'removed'] as const) {
      const { items } = await listAttempts(db, { phase }, { limit: 100 }, NOW);
      const wanted = ATTEMPT_STATUSES.flatMap((status) =>
        [false, true].filter(
          (isSampleAttempt) => phaseOf({ status, isSampleAttempt, takingAsProctored: true }) === phase,
        ),
      );
      expect(items).toHaveLength(wanted.length);
      expect(items.every(({ view }) => view.phase === phase)).toBe(true);
    }
    expect((await listAttempts(db, { courses: ['other'] }, { limit: 5 }, NOW)).items).toEqual([]);
    expect((await listAttempts(db, { courses: [COURSE], provider: 'psi' }, { limit: 50 }, NOW)).items).toHaveLength(40);
  });

  it('shows the deadline and the seconds left by the course’s clock', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const attempt = anAttempt(exam.id, { status: 'started', startedAt: NOW, allowedTimeLimitMins: 30 });
    await created(db, attempt);
    await setClock(db, COURSE, { offsetMs: 600_000 });
    const viewNow = async () => (await findByCode(db, attempt.code, NOW))?.view;
    expect(await viewNow()).toMatchObject({ deadline: minutesLater(30).toISOString(), timeRemainingSeconds: 1200 });
    expect(await setClock(db, COURSE, { frozenAt: minutesLater(29) })).toEqual({
      offsetMs: 600_000,
      frozenAtMs: minutesLater(29).getTime(),
    });
    expect(await viewNow()).toMatchObject({ timeRemainingSeconds: 60 });
  });

  it('reads a decision’s context in one round trip', async () => {
    const { db } = database;
    const contextRows = async (key: AttemptKey) =>
      (await db.transaction((trx) => readDecisionContext(trx, key, 'new'))).rows;
    const exam = await anExam(db, { isPracticeExam: true });
    const elsewhere = await anExam(db, { courseId: 'other' });
    const old = anAttempt(exam.id, { isCurrent: false, status: 'error' });
    const attempt = anAttempt(exam.id, { number: 2, createdAt: minutesLater(1) });
    const refused = anAttempt(elsewhere.id, { status: 'onboarding_missing' });
    await created(db, old);
    await created(db, attempt, [creditSubmitted]);
    await created(db, refused);
    await upsertLearners(db, [{ userId: 'u-1', username: 'a', email: 'a@b', fullName: 'Ann', active: true }]);
    await putAllowances(db, [
      { examId: exam.id, userId: 'u-1', key: 'additional_time_granted', value: '15' },
      { examId: exam.id, userId: 'u-1', key: 'review_policy_exception', value: 'calculator' },
    ]);
    expect(await contextRows(attemptKeyOf(attempt))).toMatchObject({
      attempt,
      others: [old],
      extraTimeMins: 15,
      pendingEffects: 1,
      refusedElsewhere: [refused],
      learner: { fullName: 'Ann', active: true },
      exam: { id: exam.id, effectiveProvider: 'psi' },
    });
    expect(await contextRows(attemptKeyOf(refused))).toMatchObject({ refusedElsewhere: [], learner: { active: true } });
    expect(await contextRows({ ...attemptKeyOf(attempt), examId: 999 })).toBeUndefined();
  });

  it('looks for owners by an index that holds nobody else: attempts that ended are not read, however many there are', async () => {
    await database.db.transaction(async (trx) => {
      await trx.raw('set local enable_seqscan = off');
      const { rows } = await trx.raw<{ rows: { 'QUERY PLAN': string }[] }>(
        `explain select 1 from attempts where touched_at <= clock_timestamp() and ${UNCONFIRMED} order by touched_at`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join(' ');
      expect(plan).toContain('attempts_unconfirmed_idx');
      expect(plan).not.toMatch(/Filter: .*status/);
    });
  });

  it('finds the owners to wake: of effects nobody is at and of versions nobody has confirmed', async () => {
    const { db } = database;
    const limits = { graceMs: 0, limit: 10 };
    const attempt = anAttempt((await anExam(db)).id);
    const key = attemptKeyOf(attempt);
    await created(db, attempt);
    expect(await unconfirmedAttempts(db, limits)).toEqual([]);
    const { after } = await saved(db, attempt, { status: 'started', startedAt: NOW });
    expect(await unconfirmedAttempts(db, limits)).toEqual([{ ...key, version: 2 }]);
    expect(await unconfirmedAttempts(db, { ...limits, graceMs: 60_000 })).toEqual([]);
    expect(await unconfirmedAttempts(db, { ...limits, resting: [key] })).toEqual([]);
    await confirmVersion(db, key, 2);
    expect(await unconfirmedAttempts(db, limits)).toEqual([]);
    expect(await ownersOfEffects(db, limits)).toEqual([]);
    await apply(db, after, {
      effects: [{ action: creditSubmitted, attemptId: attempt.id, version: 2, examId: attempt.examId, userId: 'u-1' }],
    });
    expect(await ownersOfEffects(db, limits)).toEqual([key]);
    expect(await ownersOfEffects(db, { ...limits, resting: [key] })).toEqual([]);
  });

  it('names for a cascade the current attempt of each exam, or the next number', async () => {
    const { db } = database;
    const [first, second] = [await anExam(db), await anExam(db)];
    const removed = anAttempt(second.id);
    await created(db, anAttempt(first.id));
    await created(db, removed);
    await apply(db, removed, { writes: [{ do: 'remove', attempt: removed }], archive: [removed] });
    expect(await cascadeCandidates(db, COURSE, 'u-1')).toMatchObject([
      { exam: { id: first.id }, attemptNumber: 1 },
      { exam: { id: second.id }, attemptNumber: 2 },
    ]);
  });

  it('keeps exams with their policy, and refuses a second one for the same content', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const { id, effectiveProvider: _provider, policy: _policy, ...input } = exam;
    expect(await createExam(db, input)).toBeUndefined();
    await anExam(db, { isActive: false });
    await db.transaction((trx) => putReviewPolicy(trx, { examId: id, policy: 'no phone', editedBy: 'e' }, NOW));
    expect(await patchExam(db, id, { examName: 'New' })).toMatchObject({
      examName: 'New',
      policy: { policy: 'no phone' },
    });
    expect(await all((cursor) => listExams(db, { courseId: COURSE }, { limit: 1, cursor }))).toHaveLength(2);
    expect((await listExams(db, { courseId: COURSE, active: true }, { limit: 5 })).items).toEqual([
      await findExam(db, id),
    ]);
    expect(await db.transaction((trx) => removeReviewPolicy(trx, id, NOW))).toBe(true);
    expect(await ReviewPolicyHistoryModel.query(db)).toMatchObject([{ policy: 'no phone', replacedAt: NOW }]);
    expect(await findExam(db, 999)).toBeUndefined();
  });

  it('stores a thousand learners at once and the last of equal ones', async () => {
    const { db } = database;
    const learner = (n: number) => ({
      userId: `u${n}`,
      username: `n${n}`,
      email: '',
      fullName: `Name ${n}`,
      active: true,
    });
    const many = Array.from({ length: 1000 }, (_, n) => learner(n));
    await upsertLearners(db, [...many.slice(1), { ...learner(0), fullName: 'Old' }, learner(0)]);
    expect(await db('learners')).toHaveLength(1000);
    expect(await findLearner(db, 'u0')).toMatchObject({ fullName: 'Name 0' });
  });

  it('lists allowances page by page', async () => {
    const { db } = database;
    const { id: examId } = await anExam(db);
    const allowances = ['a', 'b', 'c'].map((userId) => ({ examId, userId, key: 'k', value: 'v' }));
    await putAllowances(db, allowances);
    expect(await all((cursor) => listAllowances(db, examId, { limit: 1, cursor }))).toEqual(allowances);
    expect(await deleteAllowance(db, { examId, userId: 'a', key: 'k' })).toBe(true);
    expect(await deleteAllowance(db, { examId, userId: 'a', key: 'k' })).toBe(false);
  });
});
