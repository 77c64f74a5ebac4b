import { DEV_ISSUER } from '../../../config/dev-key';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import {
  ANNE,
  DEPARTMENT_ADMIN,
  person,
  PLATFORM,
  SemesterFixture,
  STRANGER,
  SUBJECT_ADMIN,
} from '../../support/semester';

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
  await semester.importSmall();
});

afterAll(() => api.stop());

describe("A student's own answer", () => {
  it.each([
    ['the student', { sub: 'ada', scope: 'attempts:take' }, 200, 403],
    ['a student who administers too', person('ada'), 200, 403],
    ['another student', { sub: 'cy', scope: 'attempts:take' }, 403, 403],
    ['an administrator of the period', ANNE, 403, 403],
    ['an administrator of the subject', SUBJECT_ADMIN, 403, 403],
    ['an administrator of the department', DEPARTMENT_ADMIN, 403, 403],
    ['a token that may only read', { sub: 'ada', scope: 'qualification:read' }, 403, 403],
    ['a superuser', { sub: 'root', scope: 'qualification:admin' }, 200, 200],
    ['a machine of one department', { sub: 'machine', scope: 'qualification:admin', nodes: ['science'] }, 403, 403],
  ])('is read by %s as far as that is allowed', async (_, caller, own, foreign) => {
    const statuses = await Promise.all(
      ['ada', 'bo'].map(
        async (userId) => (await api.call(caller, 'GET', `/v1/learners/${userId}/qualification`)).status,
      ),
    );
    expect(statuses).toEqual([own, foreign]);
  });
});

describe('Lists', () => {
  const idsSeen = async (caller: TokenCaller): Promise<unknown> => {
    const { body } = await semester.get('/qualification/overview', caller);
    return (body['items'] as { periodId: string }[]).map(({ periodId }) => periodId);
  };

  it.each([
    ['an administrator of the period', ANNE, ['spring']],
    ['an administrator of the subject', SUBJECT_ADMIN, ['autumn', 'spring']],
    ['an administrator of the department', DEPARTMENT_ADMIN, ['autumn', 'spring']],
    ['somebody else', STRANGER, []],
    ['a superuser', { sub: 'root', scope: 'qualification:admin' }, ['autumn', 'concerts', 'spring']],
    [
      'a machine of one department',
      { sub: 'm', scope: 'qualification:admin', nodes: ['science'] },
      ['autumn', 'spring'],
    ],
    ['a token for one period', { ...ANNE, periods: ['autumn'] }, []],
    ['an administrator without the scope to read', { sub: 'anne', scope: 'qualification:write' }, []],
  ])('hold for %s what that one administers', async (_, caller, expectedIds) => {
    expect(await idsSeen(caller)).toEqual(expectedIds);
  });
});

describe('Whoever is taken off a list', () => {
  it('is refused at the very next request, with the same token', async () => {
    const eve = person('eve');
    await semester.list('periods/autumn', 'eve');
    expect((await semester.get('/periods/autumn', eve)).status).toBe(200);
    await api.call(PLATFORM, 'DELETE', `/v1/periods/autumn/administrators/eve?issuer=${DEV_ISSUER}`);
    expect((await semester.get('/periods/autumn', eve)).body['code']).toBe('not-period-administrator');
  });

  it('comes and goes in the audit log, which names the place but no person who was listed', async () => {
    const url = `/v1/periods/autumn/administrators/eve%40example.org?issuer=${DEV_ISSUER}`;
    await api.call(PLATFORM, 'PUT', url);
    await api.call(PLATFORM, 'DELETE', url);
    const entries = await api.database.db('audit_log').orderBy('at', 'desc').limit(2);
    expect(entries).toMatchObject([
      { action: 'administrator.removed', object: 'period/autumn' },
      { action: 'administrator.added', object: 'period/autumn' },
    ]);
    expect(JSON.stringify(entries)).not.toContain('eve');
  });
});
