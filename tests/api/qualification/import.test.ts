import { ApiFixture } from '../../support/api-fixture';
import {
  assignmentLine,
  groupLine,
  inDays,
  PLATFORM,
  SemesterFixture,
  studentLine,
  SUBJECT_ADMIN,
} from '../../support/semester';

let api: ApiFixture;
let semester: SemesterFixture;
let periodId = '';
let periods = 0;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});

beforeEach(async () => {
  periods += 1;
  periodId = `import-${periods}`;
  await semester.putPeriod(periodId, 'maths');
});

afterAll(() => api.stop());

interface Result {
  state: string;
  points: number | null;
  groupId: number;
}

/** Today's best result of each student, by assignment. */
async function resultsOf(): Promise<Record<string, Record<string, Result | null>>> {
  const { body } = await semester.get(`/periods/${periodId}/qualification/results`, SUBJECT_ADMIN);
  const items = body['items'] as { userId: string; results: { assignmentId: string; best: Result | null }[] }[];
  return Object.fromEntries(
    items.map(({ userId, results }) => [
      userId,
      Object.fromEntries(results.map(({ assignmentId, best }) => [assignmentId, best])),
    ]),
  );
}

async function dataVersion(): Promise<unknown> {
  return (await semester.get(`/periods/${periodId}`, SUBJECT_ADMIN)).body['dataVersion'];
}

const feedback = (given: object): object => ({
  kind: 'feedback',
  groupId: 1,
  deadline: 0,
  feedbackId: 'f2',
  points: 90,
  grade: 'A',
  isPassing: true,
  savedAt: inDays(-1),
  ...given,
});

const basics = [
  assignmentLine('a1', 1),
  assignmentLine('a2', 2),
  studentLine('ada'),
  studentLine('bo'),
  groupLine({ groupId: 1, assignmentId: 'a1', members: ['ada'], points: 40 }),
  groupLine({ groupId: 2, assignmentId: 'a2', members: ['ada', 'bo'], points: 70 }),
];

describe('An import', () => {
  it('names each faulty line with its place, and stores all the others', async () => {
    const { status, body } = await semester.import(periodId, [
      assignmentLine('a1'),
      '{"kind":"assignment"',
      '[]',
      { kind: 'teacher', userId: 'x' },
      studentLine('ada'),
      { kind: 'student' },
      { ...studentLine('bo'), age: 20 },
      { kind: 'student', userId: 'nul\u0000' },
      groupLine({ groupId: 1, assignmentId: 'elsewhere', members: ['ada'] }),
      groupLine({ groupId: -1, assignmentId: 'a1', members: ['ada'] }),
      groupLine({ groupId: 2, assignmentId: 'a1', members: ['ada'], points: -1 }),
      groupLine({ groupId: 3, assignmentId: 'a1', members: ['ada'], points: 1.5 }),
      {
        ...groupLine({ groupId: 4, assignmentId: 'a1', members: ['ada'] }),
        deadlines: [{ deadlineAt: '2026-02-30T10:00:00Z', feedback: [] }],
      },
      feedback({ groupId: 99 }),
      { kind: 'administrator', subject: 'eve' },
      groupLine({ groupId: 5, assignmentId: 'a1', members: ['ada'], points: 80 }),
      feedback({ groupId: 5, deadline: 7 }),
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 3, rejected: 14, removed: 0 });
    const errors = body['errors'] as { line: number; detail: string }[];
    expect(errors.map(({ line }) => line)).toEqual([2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]);
    const places = errors.map(({ detail }) => detail.split(':')[0]);
    expect(places.slice(2)).toEqual([
      ...['/kind', '/userId', '/age', '/userId', '/assignmentId', '/groupId', '/deadlines/0/feedback/0/points'],
      ...['/deadlines/0/feedback/0/points', '/deadlines/0/deadlineAt', '/groupId', '/issuer', '/deadline'],
    ]);
    expect(await resultsOf()).toMatchObject({ ada: { a1: { points: 80, groupId: 5 } } });
  });

  it('of an unknown period, or without lines, stores nothing', async () => {
    expect((await semester.import('nowhere', basics)).body['code']).toBe('period-not-found');
    expect((await semester.import(periodId, [])).body).toMatchObject({ accepted: 0, rejected: 0 });
    expect(await dataVersion()).toBe(0);
    const asJson = await api.call(PLATFORM, 'POST', `/v1/periods/${periodId}/import`, { kind: 'student', userId: 'x' });
    expect(asJson.status).toBe(415);
  });

  it('sent again changes nothing', async () => {
    await semester.import(periodId, basics);
    const before = await resultsOf();
    expect((await semester.import(periodId, basics)).body).toMatchObject({ accepted: 6, rejected: 0 });
    expect(await resultsOf()).toEqual(before);
  });

  it('counts the last line about a row, also where that takes it away', async () => {
    await semester.import(periodId, [
      ...basics,
      studentLine('cy'),
      { kind: 'student', userId: 'cy', deleted: true },
      { kind: 'student', userId: 'bo', deleted: true },
      studentLine('bo'),
      groupLine({ groupId: 1, assignmentId: 'a1', members: ['bo'], points: 55 }),
    ]);
    expect(await resultsOf()).toMatchObject({ ada: { a1: null }, bo: { a1: { points: 55 } } });
    expect(Object.keys(await resultsOf())).toEqual(['ada', 'bo']);
  });

  it('takes an assignment away with its groups', async () => {
    await semester.import(periodId, [...basics, { kind: 'assignment', assignmentId: 'a2', deleted: true }]);
    expect(await resultsOf()).toEqual({
      ada: { a1: expect.objectContaining({ points: 40 }) as unknown },
      bo: { a1: null },
    });
  });

  it("keeps a name that is free, and refuses the line of one that is another learner's", async () => {
    const names = { email: 'x@example.org', fullName: 'X' };
    const { body } = await semester.import(periodId, [
      studentLine('one', { username: 'same', ...names }),
      studentLine('two', { username: 'same', ...names }),
      studentLine('three', { username: 'alone' }),
    ]);
    expect(body).toMatchObject({
      accepted: 2,
      rejected: 1,
      errors: [{ line: 2, detail: '/username: is taken by another learner' }],
    });
    expect(Object.keys(await resultsOf())).toEqual(['one', 'three']);
  });

  it('that died is forgotten after a minute: saves are refused no longer', async () => {
    await semester.import(periodId, basics);
    const { draftId } = (await semester.draft({ plugin: 'approved.all' }, periodId, SUBJECT_ADMIN)).body;
    const { db } = api.database;
    await db('period_imports').insert({ import_id: periodId, period_id: periodId, beat_at: new Date() });
    const save = async (): Promise<unknown> => {
      const { status } = await semester.save(draftId, { status: 'ready' }, { caller: SUBJECT_ADMIN, periodId });
      return status;
    };
    expect(await save()).toBe(409);
    await db('period_imports')
      .where({ import_id: periodId })
      .update({ beat_at: new Date(Date.now() - 61_000) });
    expect(await save()).toBe(201);
  });
});

describe('A complete file', () => {
  it('takes away what it does not name, of the kinds it holds alone', async () => {
    await semester.import(periodId, basics);
    const { body } = await semester.import(periodId, [studentLine('bo'), studentLine('cy')], '?replace=true');
    expect(body).toMatchObject({ accepted: 2, removed: 1 });
    expect(await resultsOf()).toMatchObject({ bo: { a2: { points: 70 } }, cy: { a1: null } });
    expect(Object.keys(await resultsOf())).toEqual(['bo', 'cy']);
  });

  it('with a faulty line takes nothing away, and says so', async () => {
    await semester.import(periodId, basics);
    const { body } = await semester.import(periodId, [studentLine('bo'), { kind: 'student' }], '?replace=true');
    expect(body).toMatchObject({ accepted: 1, rejected: 1, removed: null });
    expect(Object.keys(await resultsOf())).toEqual(['ada', 'bo']);
  });
});

describe('Feedback', () => {
  it('is added to its group one by one, the newest of a closed group counts, and one of the same id is replaced', async () => {
    await semester.import(periodId, basics);
    await semester.import(periodId, [feedback({})]);
    expect(await resultsOf()).toMatchObject({ ada: { a1: { points: 90 } } });
    await semester.import(periodId, [feedback({ points: 20, isPassing: false })]);
    expect(await resultsOf()).toMatchObject({ ada: { a1: { points: 20 } } });
    await semester.import(periodId, [feedback({ feedbackId: 'older', points: 99, savedAt: inDays(-15) })]);
    expect(await resultsOf()).toMatchObject({ ada: { a1: { points: 20 } } });
  });

  it('before its group in one file is gone with the group that comes after it', async () => {
    await semester.import(periodId, basics);
    const group = groupLine({ groupId: 1, assignmentId: 'a1', members: ['ada'], points: 45 });
    const { body } = await semester.import(periodId, [feedback({}), group, feedback({ feedbackId: 'f3', points: 50 })]);
    expect(body).toMatchObject({ accepted: 3 });
    const stored = await api.database.db('period_groups').where({ period_id: periodId, group_id: 1 });
    const [deadline] = (stored as { deadlines: { feedback: { feedbackId: string }[] }[] }[])[0]?.deadlines ?? [];
    expect(deadline?.feedback.map(({ feedbackId }) => feedbackId)).toEqual(['1', 'f3']);
  });
});
