import { ApiFixture } from '../../support/api-fixture';
import { groupLine, inDays, SemesterFixture, studentLine } from '../../support/semester';

const Q = '/periods/spring/qualification';

let api: ApiFixture;
let semester: SemesterFixture;

beforeEach(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
  await semester.importSmall();
});

afterEach(() => api.stop());

async function newDraft(): Promise<unknown> {
  return (await semester.draft({ plugin: 'approved.all' })).body['draftId'];
}

async function statusCount(): Promise<number> {
  return ((await semester.get(`${Q}/history`)).body['items'] as unknown[]).length;
}

describe('Saving a draft', () => {
  it('keeps what was seen, with its reasons, settings and who did it', async () => {
    const saved = await semester.saveReady();
    expect(saved.body).toMatchObject({
      seq: 1,
      status: 'ready',
      by: 'invigil-dev|anne',
      plugin: { id: 'approved.all', summary: 'All assignments must be passed.', offered: true },
      counts: { qualify: 1, fail: 2, undecided: 0 },
      isActive: true,
    });
    const students = await semester.get(`${Q}/statuses/1/students`);
    expect(students.body['items']).toMatchObject([
      { userId: 'ada', fullName: 'Ada Berg', qualifies: true, ruled: true },
      { userId: 'bo', qualifies: false, reason: { text: 'Assignment a2 is not passed: 40 of 100 points.' } },
      { userId: 'cy', fullName: null, qualifies: false },
    ]);
  });

  it('is refused when an answer is another one now, and names each student and result', async () => {
    const draftId = await newDraft();
    await semester.import('spring', [groupLine({ groupId: 12, assignmentId: 'a2', members: ['bo'], points: 70 })]);
    const refused = await semester.save(draftId, { status: 'ready' });
    expect([refused.status, refused.body['code'], refused.body['differing']]).toEqual([
      409,
      'qualification-differs',
      1,
    ]);
    expect(refused.body['differences']).toEqual([
      {
        userId: 'bo',
        change: 'answer',
        before: false,
        after: true,
        assignments: [
          {
            assignmentId: 'a2',
            before: { state: 'failed', points: 40, groupId: 12 },
            after: { state: 'passed', points: 70, groupId: 12 },
          },
        ],
      },
    ]);
    expect(await statusCount()).toBe(0);
    await semester.import('spring', [groupLine({ groupId: 12, assignmentId: 'a2', members: ['bo'], points: 41 })]);
    const saved = await semester.save(draftId, { status: 'ready' });
    expect(saved.status).toBe(201);
    const rows = (await semester.get(`${Q}/statuses/1/students`)).body['items'] as { cells: { points: number }[] }[];
    expect(rows[1]?.cells[1]?.points).toBe(41);
  });

  it('is refused when students came or went', async () => {
    const draftId = await newDraft();
    await semester.import('spring', [studentLine('dee'), { kind: 'student', userId: 'cy', deleted: true }]);
    const refused = await semester.save(draftId, { status: 'ready' });
    const differences = refused.body['differences'] as { userId: string; change: string }[];
    expect(differences.map(({ userId, change }) => [userId, change])).toEqual([
      ['cy', 'gone'],
      ['dee', 'came'],
    ]);
  });

  it('of two drafts at once saves one, and tells the other what changed', async () => {
    const [one, other] = [await newDraft(), await newDraft()];
    const answers = await Promise.all([one, other].map((draft) => semester.save(draft, { status: 'ready' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body['code']).toBe('status-changed-meanwhile');
    const late = refused === answers[0] ? one : other;
    expect((await semester.save(late, { status: 'ready', acceptNewerStatus: true })).body['seq']).toBe(2);
  });

  it('gives the same status to the same key, and another key hears that it is saved', async () => {
    const draftId = await newDraft();
    const [first, again] = [await save('one'), await save('one')];
    expect(again.body).toEqual(first.body);
    expect((await save('two')).body['code']).toBe('draft-already-saved');
    expect(await statusCount()).toBe(1);

    async function save(key: string): ReturnType<SemesterFixture['save']> {
      return semester.save(draftId, { status: 'ready' }, { key });
    }
  });

  it('leaves students undecided while the list is ready for most, with the answer of the rule beside it', async () => {
    const saved = await semester.save(await newDraft(), {
      status: 'almostready',
      message: 'Bo hands in late',
      undecided: ['bo', 'ada'],
    });
    expect(saved.body).toMatchObject({ counts: { qualify: 0, fail: 1, undecided: 2 } });
    const rows = (await semester.get(`${Q}/statuses/1/students`)).body['items'];
    expect(rows).toMatchObject([
      { qualifies: null, ruled: true },
      { qualifies: null, ruled: false },
      { qualifies: false },
    ]);
  });

  it('refuses faulty requests with their places, and writes nothing', async () => {
    const draftId = await newDraft();
    const byHand = (await semester.draft({ plugin: null, settings: { students: ['ada'] } })).body['draftId'];
    const refusals: [unknown, object, string[]][] = [
      [draftId, { status: 'final' }, ['/status']],
      [draftId, { status: 'notready', message: 'no' }, ['/status']],
      [draftId, { status: 'ready', undecided: ['ada'] }, ['/undecided']],
      [draftId, { status: 'almostready', undecided: ['ada', 'nobody'] }, ['/undecided/1']],
      [draftId, { status: 'ready', qualified: ['nobody'] }, ['/qualified/0']],
      [byHand, { status: 'ready', message: '  ' }, ['/message']],
    ];
    for (const [draft, body, pointers] of refusals) {
      const answer = await semester.save(draft, body);
      expect([answer.status, answer.body['code']]).toEqual([400, 'bad-request']);
      expect((answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
    }
    expect(await statusCount()).toBe(0);
    const saved = await semester.save(byHand, { status: 'ready', message: 'Decided by the board' });
    expect(saved.body).toMatchObject({ plugin: null, counts: { qualify: 1 } });
  });

  it('is refused while results are imported, and after the period ended', async () => {
    const draftId = await newDraft();
    const { db } = api.database;
    await db('period_imports').insert({ import_id: 'i', period_id: 'spring', beat_at: new Date() });
    expect((await semester.save(draftId, { status: 'ready' })).body['code']).toBe('import-running');
    expect((await semester.get('/periods/spring')).body['allowed']).toMatchObject({
      save: { allowed: false, reason: 'import-running' },
      preview: { allowed: true },
    });
    await db('period_imports').update({ beat_at: inDays(-1) });
    await semester.putPeriod('spring', 'maths', { endsAt: inDays(-1) });
    expect((await semester.save(draftId, { status: 'ready' })).body['code']).toBe('period-ended');
  });
});
