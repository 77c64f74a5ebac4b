import pino from 'pino';
import { leaseSave, coursesToWake, enqueueExamSave, finishSave } from '../../../db/courses/exam-saves';
import { Relay } from '../../../worker/relay';
import { anExam, COURSE } from '../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let save: { examId: number; commandId: string };

beforeAll(async () => {
  database = await cloneDatabase();
}, 30_000);
beforeEach(async () => {
  const { id: examId } = await anExam(database.db, { contentId: `block-${Math.random()}` });
  save = { examId, commandId: `k:${examId}` };
  await database.db('exam_saves').delete();
  await enqueueExamSave(database.db, { ...save, courseId: COURSE, provider: 'rest', isActive: true });
});
afterAll(() => database.drop());

/** Courses woken by one look of a relay with this patience. */
async function wokenAfter(graceMs: number): Promise<string[]> {
  const woken: string[] = [];
  const relay = new Relay({
    knex: database.db,
    gateway: { signalWithStart: async () => undefined },
    publishing: { wakePublish: async (courseId) => void woken.push(courseId) },
    timings: {} as never,
    graceMs,
    intervalMs: 60_000,
    log: pino({ level: 'silent' }),
  });
  await relay.runOnce();
  return woken;
}

describe('The relay and exams to save at their provider', () => {
  it('wakes the course of a save left undone for the grace time, and not before', async () => {
    expect(await wokenAfter(60_000)).toEqual([]);
    expect(await wokenAfter(0)).toEqual([COURSE]);
  });

  it('wakes nobody while a worker is at it, and the course again when that worker died', async () => {
    await leaseSave(database.db, { ...save, leaseMs: 60_000 });
    expect(await wokenAfter(0)).toEqual([]);
    await database.db('exam_saves').update({ lease_until: new Date(0) });
    expect(await wokenAfter(0)).toEqual([COURSE]);
  });

  it.each(['done', 'failed', 'skipped'] as const)('leaves a save alone that is %s', async (state) => {
    await finishSave(database.db, { ...save, state });
    expect(await wokenAfter(0)).toEqual([]);
  });

  it('leaves one alone that is to be tried again later, for as long as that', async () => {
    await finishSave(database.db, { ...save, state: 'due', retryInMs: 60_000 });
    expect(await wokenAfter(0)).toEqual([]);
    await finishSave(database.db, { ...save, state: 'due', retryInMs: 0 });
    expect(await wokenAfter(0)).toEqual([COURSE]);
  });

  it('names a course once, however many of its exams are due', async () => {
    const { id: examId } = await anExam(database.db, { contentId: 'another' });
    const other = { examId, courseId: COURSE, provider: 'rest', isActive: true, commandId: 'k:2' };
    await enqueueExamSave(database.db, other);
    expect(await coursesToWake(database.db, { graceMs: 0, limit: 10 })).toEqual([COURSE]);
  });
});
