import type { Knex } from 'knex';
import type { AttemptKey } from '../../../../contracts/attempts/messages';
import { StaleRowError } from '../../../../db/attempts/apply-decision';
import { storeAppliedCommand } from '../../../../db/attempts/applied-commands';
import { commandStates, findCommand, storeAnswer, storeIntent } from '../../../../db/attempts/commands';
import { readDecisionContext } from '../../../../db/attempts/decision-context';
import { findByCode, findCurrent } from '../../../../db/attempts/find';
import { attemptHistory } from '../../../../db/attempts/history';
import { nextAttemptNumber } from '../../../../db/attempts/numbers';
import { effectsOfAttempt } from '../../../../db/effects/effects';
import { waitUntil } from '../../../../dev/wait-until';
import {
  anAttempt,
  anExam,
  apply,
  COURSE,
  created,
  creditSubmitted,
  effect,
  attemptKeyOf,
  NOW,
  saved,
} from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

describe('a decision that is applied', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    // One connection: whatever asks for a second inside a transaction fails here.
    database = await cloneDatabase(1);
  });
  afterAll(() => database.drop());

  it('creates the attempt, which is then found by code and as the current one', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const attempt = anAttempt(exam.id);
    await created(db, attempt);
    const found = await findByCode(db, attempt.code, NOW);
    expect(found).toMatchObject({
      ref: { provider: 'psi', courseId: COURSE, phase: 'open' },
      view: { attemptId: attempt.id, courseId: COURSE, isArchived: false },
    });
    expect(await findCurrent(db, exam.id, 'u-1', NOW)).toEqual(found);
    expect(found?.view).toMatchObject({ ...attemptKeyOf(attempt), attemptCode: attempt.code });
  });

  it('cannot make a second current attempt of the same learner and exam', async () => {
    const { db } = database;
    const exam = await anExam(db);
    await created(db, anAttempt(exam.id));
    await expect(created(db, anAttempt(exam.id, { number: 2 }))).rejects.toThrow('attempts_one_current_idx');
  });

  it('replaces the current attempt in one go, in whatever order the writes are listed', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const before = anAttempt(exam.id);
    await created(db, before);
    const next = anAttempt(exam.id, { number: 2 });
    const after = { ...before, isCurrent: false, resumed: true, version: 2 };
    await apply(db, next, {
      writes: [
        { do: 'create', attempt: next },
        { do: 'save', before, after },
      ],
    });
    expect((await findCurrent(db, exam.id, 'u-1', NOW))?.view.attemptId).toBe(next.id);
  });

  it('is refused when the row has changed since it was read for the decision', async () => {
    const { db } = database;
    const attempt = anAttempt((await anExam(db)).id);
    await created(db, attempt);
    await saved(db, attempt, { status: 'started' });
    await expect(saved(db, attempt, { status: 'declined' })).rejects.toBeInstanceOf(StaleRowError);
    expect(await attemptHistory(db, attempt.id)).toHaveLength(1);
  });

  it('applied twice writes nothing the second time, as its effects have keys', async () => {
    const { db } = database;
    const attempt = anAttempt((await anExam(db)).id);
    await created(db, attempt, [creditSubmitted]);
    await expect(apply(db, attempt, { effects: [effect(attempt, creditSubmitted)] })).rejects.toMatchObject({
      code: '23505',
    });
    expect(await effectsOfAttempt(db, attempt.id)).toHaveLength(1);
  });

  it('archives the old row with the learner’s name as it was', async () => {
    const { db } = database;
    const attempt = anAttempt((await anExam(db)).id);
    await apply(db, attempt, { writes: [{ do: 'create', attempt }], fullName: 'Ann Alder' });
    const { after } = await saved(db, attempt, { status: 'started' }, { fullName: 'Ann Birch' });
    await saved(db, after, { status: 'submitted' }, { fullName: 'Ann Birch' });
    const entries = await attemptHistory(db, attempt.id);
    expect(entries.map(({ attempt: { status }, fullName }) => [status, fullName])).toEqual([
      ['started', 'Ann Alder'],
      ['created', 'Ann Alder'],
    ]);
  });

  it('removes an attempt into the archive, where its code still finds it and its number stays used', async () => {
    const { db } = database;
    const exam = await anExam(db);
    const attempt = anAttempt(exam.id);
    await created(db, attempt);
    await apply(db, attempt, { writes: [{ do: 'remove', attempt }], archive: [attempt] });
    const found = await findByCode(db, attempt.code, NOW);
    expect(found?.view).toMatchObject({ attemptId: attempt.id, isArchived: true, isCurrent: false, phase: 'removed' });
    expect(await nextAttemptNumber(db, exam.id, 'u-1')).toBe(2);
    expect(await nextAttemptNumber(db, exam.id, 'u-2')).toBe(1);
  });
});

describe('a command', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(1);
  });
  afterAll(() => database.drop());
  const key = { examId: 1, userId: 'u-1', attemptNumber: 1 };
  const cause = { by: null, because: 'act:submit' };
  const act = { type: 'act', key, attemptId: null, now: NOW, cause, version: null };
  const found = async (trx: Knex.Transaction, own: AttemptKey, commandId: string) =>
    (await readDecisionContext(trx, own, commandId)).storedCommand;

  it('is found with its result once it was applied, whatever its id is made of', async () => {
    const commandId = String.raw`it's? a \? "key" :userId $1`;
    const find = () =>
      database.db.transaction((trx) => found(trx, { ...key, userId: String.raw`o'user\?` }, commandId));
    expect(await find()).toBeUndefined();
    await storeAppliedCommand(database.db, { ...act, commandId, result: ['x'] });
    expect(await find()).toMatchObject({ commandId, state: 'applied', result: ['x'] });
    expect(await commandStates(database.db, [commandId, 'other'])).toEqual(new Map([[commandId, 'applied']]));
  });

  it('keeps the identity and the answers it was given first while it asks', async () => {
    const { db } = database;
    const intent = {
      commandId: 'asks',
      type: 'create',
      key,
      question: { kind: 'gradeOverrideOnRejection' },
      now: NOW,
    } as const;
    await storeIntent(db, { ...intent, newAttempt: { id: 'a', code: 'A', number: 1 } });
    expect(await storeAnswer(db, 'asks', { gradeOverrideOnRejection: true })).toEqual({
      gradeOverrideOnRejection: true,
    });
    expect(await storeAnswer(db, 'asks', { gradeOverrideOnRejection: false, removal: 'removed' })).toEqual({
      gradeOverrideOnRejection: true,
      removal: 'removed',
    });
    await storeIntent(db, { ...intent, newAttempt: { id: 'b', code: 'B', number: 2 } });
    expect(await findCommand(db, intent.commandId)).toMatchObject({
      state: 'asking',
      newAttempt: { id: 'a' },
      answers: { removal: 'removed' },
    });
    expect(await storeAnswer(db, 'unheard-of', {})).toBeUndefined();
  });

  it('sees what the one before it wrote while it waited for the learner’s lock', async () => {
    const other = database.connect(1);
    const holder = await database.db.transaction();
    await found(holder, key, 'raced');
    const waiting = other.transaction((trx) => found(trx, key, 'raced'));
    await storeAppliedCommand(holder, { ...act, commandId: 'raced', result: 1 });
    const isBlocked = async (): Promise<boolean> => {
      const locks = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
      return (await holder.raw<{ rows: unknown[] }>(locks)).rows.length > 0;
    };
    await waitUntil(isBlocked, { what: 'the other transaction to wait', timeoutMs: 5_000, intervalMs: 5 });
    await holder.commit();
    expect(await waiting).toMatchObject({ commandId: 'raced', state: 'applied' });
  });
});
