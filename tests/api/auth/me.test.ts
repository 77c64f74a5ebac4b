import { DEV_ISSUER } from '../../../config/dev-key';
import { ApiFixture } from '../../support/api-fixture';
import { person, PLATFORM, SemesterFixture, SUBJECT_ADMIN } from '../../support/semester';

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});

afterAll(() => api.stop());

describe('Who asks who one is', () => {
  it('hears what the token says, and where its person administers', async () => {
    await semester.list('periods/concerts', 'subject-admin');
    const { status, body } = await semester.get('/me', { ...SUBJECT_ADMIN, periods: ['spring'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: DEV_ISSUER,
      subject: 'subject-admin',
      scopes: ['attempts:take', 'qualification:read', 'qualification:write'],
      limits: { courses: [], customers: [], provider: null, nodes: null, periods: ['spring'] },
      administers: { nodes: ['maths'], periods: ['concerts'] },
    });
    expect(Date.parse(String(body['expiresAt']))).toBeGreaterThan(Date.now());
  });

  it('hears of being taken off a list with the same token', async () => {
    await semester.list('nodes/arts', 'eve');
    const administered = async (): Promise<unknown> => (await semester.get('/me', person('eve'))).body['administers'];
    expect(await administered()).toEqual({ nodes: ['arts'], periods: [] });
    await api.call(PLATFORM, 'DELETE', `/v1/nodes/arts/administrators/eve?issuer=${DEV_ISSUER}`);
    expect(await administered()).toEqual({ nodes: [], periods: [] });
  });

  it('needs a token with a scope of ours', async () => {
    expect((await api.send({ method: 'GET', url: '/v1/me' })).status).toBe(401);
    expect((await semester.get('/me', { sub: 'somebody', scope: 'openid' })).status).toBe(403);
  });
});
