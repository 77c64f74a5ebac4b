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
  for (const periodId of ['spring', 'autumn', 'concerts']) await semester.importSmall(periodId);
  for (const periodId of ['spring', 'autumn', 'concerts']) await semester.saveReady(periodId, PLATFORM);
});

afterAll(() => api.stop());

const CALLERS: Record<string, TokenCaller> = {
  period: ANNE,
  subject: SUBJECT_ADMIN,
  department: DEPARTMENT_ADMIN,
  superuser: { sub: 'root', scope: 'qualification:read qualification:write qualification:admin' },
  other: STRANGER,
  student: person('ada'),
  reader: { sub: 'anne', scope: 'qualification:read' },
  machine: { sub: 'machine', scope: 'qualification:admin', nodes: ['science'] },
  limited: { sub: 'anne', scope: 'qualification:read qualification:write', periods: ['autumn'] },
};

/** By period: own, the subject's other one, and another department's. */
const PERIODS = ['spring', 'autumn', 'concerts', 'unknown'] as const;

interface Route {
  act: 'see' | 'draft' | 'retract' | 'export' | 'admin';
  method: string;
  path: string;
  body?: object;
}

const ROUTES: Route[] = [
  { act: 'see', method: 'GET', path: '' },
  ...['', '/history', '/results', '/plugins', '/changes', '/drafts', '/statuses/1', '/statuses/1/students'].map(
    (path): Route => ({ act: 'see', method: 'GET', path: `/qualification${path}` }),
  ),
  { act: 'see', method: 'GET', path: '/qualification/statuses/1/students.csv' },
  { act: 'see', method: 'GET', path: '/qualification/statuses/1/print' },
  { act: 'see', method: 'POST', path: '/qualification/what-if', body: { plugin: 'approved.all' } },
  { act: 'draft', method: 'POST', path: '/qualification/drafts', body: { plugin: 'approved.all' } },
  { act: 'export', method: 'POST', path: '/qualification/statuses/1/exported', body: {} },
  { act: 'retract', method: 'POST', path: '/qualification/retract', body: { message: 'Taken back' } },
  { act: 'admin', method: 'GET', path: '/administrators' },
  { act: 'admin', method: 'PUT', path: '/administrators/anne?issuer=elsewhere' },
  { act: 'admin', method: 'DELETE', path: '/administrators/anne?issuer=elsewhere' },
];

/** What somebody may do where; "-" is not found. */
const MAY: Record<string, Record<(typeof PERIODS)[number], string>> = {
  period: { spring: 'see draft retract', autumn: '', concerts: '', unknown: '-' },
  subject: { spring: 'see draft retract', autumn: 'see draft retract', concerts: '', unknown: '-' },
  department: { spring: 'see draft retract export', autumn: 'see draft retract export', concerts: '', unknown: '-' },
  superuser: {
    spring: 'see draft retract export admin',
    autumn: 'see draft retract export admin',
    concerts: 'see draft retract export admin',
    unknown: '-',
  },
  other: { spring: '', autumn: '', concerts: '', unknown: '-' },
  student: { spring: '', autumn: '', concerts: '', unknown: '-' },
  reader: { spring: 'see', autumn: '', concerts: '', unknown: '-' },
  machine: {
    spring: 'see draft retract export admin',
    autumn: 'see draft retract export admin',
    concerts: '-',
    unknown: '-',
  },
  limited: { spring: '-', autumn: '', concerts: '-', unknown: '-' },
};

function expectedStatus(caller: string, period: (typeof PERIODS)[number], { act }: Route): number[] {
  const may = MAY[caller]?.[period] ?? '';
  const isAdmin = CALLERS[caller]?.scope.includes('qualification:admin') === true;
  if (act === 'admin' && !isAdmin) return [403];
  if (may === '-') return [404];
  return may.split(' ').includes(act) ? [200, 201, 204] : [403];
}

describe.each(Object.keys(CALLERS))('As %s', (caller) => {
  it.each(PERIODS)('every route of the period %s answers as the rules say', async (period) => {
    const wrong: string[] = [];
    for (const route of ROUTES) {
      const url = `/v1/periods/${period}${route.path}`;
      const answer = await api.call(CALLERS[caller] as TokenCaller, route.method, url, route.body);
      const expected = expectedStatus(caller, period, route);
      if (!expected.includes(answer.status))
        wrong.push(`${route.method} ${url}: ${answer.status}, not ${expected.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('Without a token', () => {
  it('no route of qualification answers', async () => {
    for (const { method, path } of ROUTES) {
      const answer = await api.send({ method: method as 'GET', url: `/v1/periods/spring${path}` });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });
});

describe('A token limited to a node', () => {
  const machine = CALLERS['machine'] as TokenCaller;

  it('changes nothing outside it', async () => {
    const node = { kind: 'subject', name: 'Mine' };
    const statuses = await Promise.all([
      api.call(machine, 'PUT', '/v1/nodes/arts', node),
      api.call(machine, 'PUT', '/v1/nodes/new-root', node),
      api.call(machine, 'PUT', '/v1/nodes/maths', { ...node, parentId: 'arts' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 400]);
    expect((await api.call(machine, 'PUT', '/v1/nodes/physics', { ...node, parentId: 'science' })).status).toBe(200);
  });
});

describe('The tree of nodes', () => {
  it('never becomes a circle', async () => {
    const answer = await api.call(PLATFORM, 'PUT', '/v1/nodes/science', {
      kind: 'department',
      name: 'S',
      parentId: 'maths',
    });
    expect([answer.status, answer.body['errors']]).toMatchObject([400, [{ pointer: '/parentId' }]]);
  });
});
