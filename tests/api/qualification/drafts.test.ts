import { ApiFixture } from '../../support/api-fixture';
import type { DirectDrafts } from '../../support/direct-drafts';
import {
  ANNE,
  assignmentLine,
  groupLine,
  inDays,
  SemesterFixture,
  studentLine,
  SUBJECT_ADMIN,
} from '../../support/semester';

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

interface Student {
  userId: string;
  qualifies: boolean;
  reason: { code: string; text: string };
}

async function studentsOf(draftId: unknown, query = ''): Promise<Student[]> {
  const { body } = await semester.get(`${Q}/drafts/${String(draftId)}/students${query}`);
  return body['items'] as Student[];
}

describe('A draft', () => {
  it('says who qualifies, and why, with the points of each assignment', async () => {
    const draft = await semester.draft({ plugin: 'approved.all' });
    expect(draft.status).toBe(201);
    expect(draft.body).toMatchObject({ state: 'ready', counts: { students: 3, qualify: 1 }, basedOn: null });
    expect(draft.headers['location']).toBe(`/v1/periods/spring/qualification/drafts/${String(draft.body['draftId'])}`);
    const students = await studentsOf(draft.body['draftId']);
    expect(students.map(({ userId, qualifies, reason }) => [userId, qualifies, reason.text])).toEqual([
      ['ada', true, 'All 2 required assignments are passed.'],
      ['bo', false, 'Assignment a2 is not passed: 40 of 100 points.'],
      ['cy', false, 'Assignment a2 has no result.'],
    ]);
    expect(students[1]).toMatchObject({
      cells: [
        { assignmentId: 'a1', state: 'passed', points: 80, groupId: 2 },
        { assignmentId: 'a2', state: 'failed', points: 40, groupId: 12 },
      ],
    });
  });

  it('is one draft however often the same key asks for it', async () => {
    const [first, second] = [await ask('k'), await ask('k')];
    expect(second.body['draftId']).toBe(first.body['draftId']);
    expect((await semester.get(`${Q}/drafts`)).body['items']).toHaveLength(1);

    async function ask(key: string): ReturnType<ApiFixture['call']> {
      return api.call(ANNE, 'POST', `/v1${Q}/drafts`, { plugin: 'approved.all' }, key);
    }
  });

  it('can be begun without a choice, chosen later, and chosen anew', async () => {
    const draft = await semester.draft({});
    expect(draft.body).toMatchObject({ state: 'choosing', plugin: null, counts: null });
    const url = `/v1${Q}/drafts/${String(draft.body['draftId'])}`;
    const settings = { assignments: ['a1'], minimumPoints: 80 };
    const chosen = await api.call(ANNE, 'PATCH', url, { plugin: 'points', settings });
    expect(chosen.body).toMatchObject({ state: 'ready', counts: { qualify: 3 } });
    const again = await api.call(ANNE, 'PATCH', url, { settings: { ...settings, minimumPoints: 81 } });
    expect(again.body).toMatchObject({ state: 'ready', counts: { qualify: 0 }, plugin: { id: 'points' } });
  });

  it('finds students by name, answer and change', async () => {
    await semester.saveReady();
    await semester.import('spring', [groupLine({ groupId: 13, assignmentId: 'a2', members: ['cy'], points: 90 })]);
    const { draftId, changed } = (await semester.draft({ plugin: 'approved.all' })).body;
    expect(changed).toEqual({ came: 0, gone: 0, answer: 1 });
    const ids = async (query: string): Promise<string[]> =>
      (await studentsOf(draftId, query)).map(({ userId }) => userId);
    expect(await ids('?qualifies=true')).toEqual(['ada', 'cy']);
    expect(await ids('?changed=true')).toEqual(['cy']);
    expect(await ids('?q=berg')).toEqual(['ada']);
    expect(await ids('?sort=name')).toEqual(['cy', 'bo', 'ada']);
    const differences = await semester.get(`${Q}/drafts/${String(draftId)}/differences`);
    expect(differences.body['items']).toEqual([
      {
        userId: 'cy',
        change: 'answer',
        before: false,
        after: true,
        assignments: [
          {
            assignmentId: 'a2',
            before: { state: 'not-registered', points: null, groupId: null },
            after: { state: 'passed', points: 90, groupId: 13 },
          },
        ],
      },
    ]);
  });

  it('comes page by page in every order, each student once', async () => {
    const many = Array.from({ length: 25 }, (_, at) => studentLine(`s${at}`));
    await semester.import('spring', many);
    const { draftId } = (await semester.draft({ plugin: 'approved.all' })).body;
    for (const sort of ['userId', 'name', 'username', 'lastname']) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = `?limit=10&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { body } = await semester.get(`${Q}/drafts/${String(draftId)}/students${query}`);
        seen.push(...(body['items'] as Student[]).map(({ userId }) => userId));
        cursor = body['nextCursor'] as string | null;
      }
      expect(new Set(seen).size).toBe(28);
      expect(seen).toHaveLength(28);
    }
  });

  it('is a table for a screen, compressed where that is understood', async () => {
    const { draftId } = (await semester.draft({ plugin: 'approved.all' })).body;
    const url = `/v1${Q}/drafts/${String(draftId)}/grid`;
    const plain = await api.call(ANNE, 'GET', url);
    expect(plain.body).toMatchObject({ assignments: [{ assignmentId: 'a1' }, { assignmentId: 'a2' }] });
    expect(plain.body['students']).toContainEqual({
      userId: 'cy',
      username: null,
      fullName: null,
      qualifies: false,
      states: [5, 0],
      points: [80, null],
    });
    const authorization = `Bearer ${await api.token(ANNE)}`;
    const packed = await api.app.inject({ method: 'GET', url, headers: { authorization, 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const { gunzipSync } = await import('node:zlib');
    expect(JSON.parse(gunzipSync(packed.rawPayload).toString('utf8'))).toEqual(plain.body);
  });

  it('is seen and saved by all administrators of its period, and is none of another period', async () => {
    const { draftId } = (await semester.draft({ plugin: 'approved.all' })).body;
    const elsewhere = await semester.get(`/periods/autumn/qualification/drafts/${String(draftId)}`, SUBJECT_ADMIN);
    expect(elsewhere.body['code']).toBe('draft-not-found');
    const saved = await semester.save(draftId, { status: 'ready' }, { caller: SUBJECT_ADMIN });
    expect(saved.body).toMatchObject({ seq: 1, by: 'invigil-dev|subject-admin' });
  });

  it('refuses what cannot be chosen, names each place, and makes nothing of it', async () => {
    const refusals: [object, string, string[]][] = [
      [{ plugin: 'nothing' }, 'unknown-plugin', ['/plugin']],
      [{ plugin: 'points' }, 'bad-request', ['/settings/assignments', '/settings/minimumPoints']],
      [
        { plugin: 'points', settings: { assignments: [], minimumPoints: -1 } },
        'bad-request',
        ['/settings/assignments', '/settings/minimumPoints'],
      ],
      [
        { plugin: 'points', settings: { assignments: ['a1'], minimumPoints: 1.5 } },
        'bad-request',
        ['/settings/minimumPoints'],
      ],
      [
        { plugin: 'approved.subset', settings: { assignments: ['a1', 'elsewhere'] } },
        'bad-request',
        ['/settings/assignments/1'],
      ],
      [{ plugin: 'approved.all', settings: { minimumPoints: 1 } }, 'bad-request', ['/settings/minimumPoints']],
      [{ plugin: 'select', settings: { students: ['ada', 'nobody'] } }, 'bad-request', ['/settings/students/1']],
      [{ plugin: null, settings: {} }, 'bad-request', ['/settings/students']],
      [{ settings: {} }, 'unknown-plugin', ['/plugin']],
    ];
    for (const [choice, code, pointers] of refusals) {
      const answer = await semester.draft(choice);
      expect(answer.body).toMatchObject({ code });
      expect((answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
    }
    expect((await semester.get(`${Q}/drafts`)).body['items']).toEqual([]);
    expect(await api.database.db('qualification_commands')).toEqual([]);
  });

  it('is refused in a period that ended', async () => {
    await semester.putPeriod('spring', 'maths', { endsAt: inDays(-1) });
    expect((await semester.draft({ plugin: 'approved.all' })).body['code']).toBe('period-ended');
  });

  it('that was thrown away or has expired says so, and keeps no results', async () => {
    const gone = (await semester.draft({ plugin: 'approved.all' })).body['draftId'];
    const old = (await semester.draft({ plugin: 'approved.subset', settings: { assignments: ['a1'] } })).body[
      'draftId'
    ];
    expect((await api.call(ANNE, 'DELETE', `/v1${Q}/drafts/${String(gone)}`)).status).toBe(204);
    expect((await semester.save(gone, { status: 'ready' })).body['code']).toBe('draft-discarded');
    await api.database
      .db('qualification_drafts')
      .where('draft_id', String(old))
      .update({ changed_at: inDays(-2) });
    expect((await semester.get(`${Q}/drafts/${String(old)}`)).status).toBe(410);
    expect((await semester.save(old, { status: 'ready' })).body['code']).toBe('draft-expired');
    const drafts = api.gateway.drafts as DirectDrafts;
    await drafts.activities.expireDraft({ periodId: 'spring', draftId: String(old) });
    expect(await api.database.db('qualification_draft_chunks')).toEqual([]);
    expect((await semester.get(`${Q}/drafts/${String(old)}/students`)).body['code']).toBe('draft-expired');
  });

  it('changed by somebody else since it was looked at is not changed again', async () => {
    const draft = await semester.draft({ plugin: 'approved.all' });
    const url = `/v1${Q}/drafts/${String(draft.body['draftId'])}`;
    const etag = String((await api.call(ANNE, 'GET', url)).headers['etag']);
    await api.call(SUBJECT_ADMIN, 'PATCH', url, { plugin: 'approved.subset', settings: { assignments: ['a1'] } });
    const authorization = `Bearer ${await api.token(ANNE)}`;
    const headers = { authorization, 'if-match': etag, 'content-type': 'application/json' };
    const late = await api.send({ method: 'PATCH', url, headers, payload: '{"plugin":"approved.all"}' });
    expect([late.status, late.body['code']]).toEqual([412, 'changed-meanwhile']);
  });

  it('warns where there is nothing to decide from', async () => {
    await semester.import('autumn', [studentLine('ada')]);
    const { body } = await semester.draft({ plugin: 'approved.all' }, 'autumn', SUBJECT_ADMIN);
    expect(body).toMatchObject({ counts: { students: 1, qualify: 1 }, warnings: [{ code: 'no-assignments' }] });
    await semester.import('concerts', [assignmentLine('c1')]);
  });

  it('is answered in the language asked for', async () => {
    const { draftId } = (await semester.draft({ plugin: 'approved.all' })).body;
    const authorization = `Bearer ${await api.token(ANNE)}`;
    const url = `/v1${Q}/drafts/${String(draftId)}/students?q=cy`;
    const { body } = await api.send({
      method: 'GET',
      url,
      headers: { authorization, 'accept-language': 'nn,en;q=0.5' },
    });
    expect(body['items']).toMatchObject([{ reason: { text: 'Assignment a2 har ikke noe resultat.' } }]);
  });
});
