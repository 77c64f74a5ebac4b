import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { PLATFORM, SemesterFixture } from '../../support/semester';

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});

afterAll(() => api.stop());

describe('A token limited to a node', () => {
  const machine: TokenCaller = { sub: 'machine', scope: 'qualification:admin', nodes: ['science'] };

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
