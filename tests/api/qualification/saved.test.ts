import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { ANNE, DEPARTMENT_ADMIN, groupLine, person, SemesterFixture, SUBJECT_ADMIN } from '../../support/semester';

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

async function statusCount(): Promise<number> {
  return ((await semester.get(`${Q}/history`)).body['items'] as unknown[]).length;
}

describe('What is saved', () => {
  it('can be taken back with a message, also twice and before anything was saved', async () => {
    const retract = (body: object): ReturnType<ApiFixture['call']> => api.call(ANNE, 'POST', `/v1${Q}/retract`, body);
    expect((await retract({ message: ' ' })).body['errors']).toMatchObject([{ pointer: '/message' }]);
    expect((await retract({ message: 'no', qualified: ['ada'] })).body['errors']).toMatchObject([
      { pointer: '/qualified' },
    ]);
    expect((await retract({ message: 'Not yet' })).body).toMatchObject({
      seq: 1,
      status: 'notready',
      message: 'Not yet',
    });
    await semester.saveReady();
    expect((await retract({ message: 'A mistake' })).body).toMatchObject({ seq: 3, isActive: true });
    const history = await semester.get(`${Q}/history?limit=2`);
    expect(history.body['items']).toMatchObject([{ seq: 3 }, { seq: 2, status: 'ready', counts: { qualify: 1 } }]);
    const rest = await semester.get(`${Q}/history?limit=2&cursor=${String(history.body['nextCursor'])}`);
    expect(rest.body).toMatchObject({ items: [{ seq: 1 }], nextCursor: null });
  });

  it('is a list for a spreadsheet that runs nothing', async () => {
    await semester.saveReady();
    const csv = await api.call(ANNE, 'GET', `/v1${Q}/statuses/1/students.csv`);
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toBe('userId,username,fullName,qualifies,reason,a1,a2');
    expect(lines[2]).toContain(`"'=Bo, ""the <b>bold</b>"""`);
    expect(lines).toHaveLength(5);
  });

  it('is printed in the order asked for, and only while it is ready', async () => {
    await semester.saveReady();
    const print = await semester.get(`${Q}/statuses/1/print?sort=username`);
    expect(print.body).toMatchObject({
      qualified: [{ username: 'ada' }],
      notQualified: [{ username: '' }, { username: 'bo' }],
    });
    expect((await semester.get(`${Q}/statuses/1/print?sort=age`)).status).toBe(400);
    await api.call(ANNE, 'POST', `/v1${Q}/retract`, { message: 'no' });
    expect((await semester.get(`${Q}/statuses/2/print`)).body['code']).toBe('status-not-ready');
  });

  it('is marked as taken over by a department, and shows on the list of what there is to do', async () => {
    await semester.saveReady();
    const overview = async (query = '', caller: TokenCaller = DEPARTMENT_ADMIN): Promise<unknown[]> => {
      const { body } = await semester.get(`/qualification/overview${query}`, caller);
      return (body['items'] as { periodId: string; state: string }[]).map(({ periodId, state }) => [periodId, state]);
    };
    expect(await overview()).toEqual([
      ['autumn', 'nothing-to-export'],
      ['spring', 'not-exported'],
    ]);
    const mark = { system: 'StudentWeb', note: 'by hand' };
    const exported = await api.call(DEPARTMENT_ADMIN, 'POST', `/v1${Q}/statuses/1/exported`, mark);
    expect(exported.body['exported']).toMatchObject([{ ...mark, by: 'invigil-dev|department-admin' }]);
    expect(await overview('?state=exported')).toEqual([['spring', 'exported']]);
    await api.call(ANNE, 'POST', `/v1${Q}/retract`, { message: 'no' });
    expect(await overview('?state=changed-since-export')).toEqual([['spring', 'changed-since-export']]);
    expect(await overview('?nodeId=arts')).toEqual([]);
    expect(await overview('', person('stranger'))).toEqual([]);
  });

  it('is held against the results of today, on demand', async () => {
    await semester.saveReady();
    expect((await semester.get(`${Q}/changes`)).body).toMatchObject({ seq: 1, total: 0, items: [] });
    await semester.import('spring', [groupLine({ groupId: 13, assignmentId: 'a2', members: ['cy'], points: 55 })]);
    expect((await semester.get(`${Q}/changes`)).body).toMatchObject({
      total: 1,
      items: [{ userId: 'cy', after: true }],
    });
    const settings = { assignments: ['a1'], minimumPoints: 80 };
    const asked = await api.call(ANNE, 'POST', `/v1${Q}/what-if`, { plugin: 'points', settings });
    expect(asked.body).toMatchObject({ counts: { students: 3, qualify: 3 }, differences: { total: 2 } });
    expect(await statusCount()).toBe(1);
  });

  it('tells a student the own answer while it is ready, and nobody else', async () => {
    const own = async (sub: string, userId = sub): Promise<unknown> =>
      (await semester.get(`/learners/${userId}/qualification`, { sub, scope: 'attempts:take' })).body;
    expect(await own('bo')).toMatchObject({ items: [{ periodId: 'spring', qualifies: null, reason: null }] });
    await semester.saveReady();
    expect(await own('bo')).toMatchObject({ items: [{ qualifies: false, reason: { code: 'one-failed' } }] });
    expect(await own('bo', 'ada')).toMatchObject({ code: 'not-period-administrator' });
    await api.call(SUBJECT_ADMIN, 'POST', `/v1${Q}/retract`, { message: 'no' });
    expect(await own('ada')).toMatchObject({ items: [{ qualifies: null }] });
  });
});
