import type { ApiAnswer } from '../../../dev/api-client';
import type { ApiFixture } from '../../support/api-fixture';
import { ANNE, DEPARTMENT_ADMIN, inDays, PLATFORM } from '../../support/semester';
import { BadInputFixture, pointersOf } from './bad-input-fixture';

const Q = '/v1/periods/spring/qualification';

let fixture: BadInputFixture;
let api: ApiFixture;
let draftId: string;

beforeAll(async () => {
  fixture = await BadInputFixture.start();
  ({ api, draftId } = fixture);
});

afterAll(() => fixture.stop());
beforeEach(() => fixture.remember());
afterEach(() => fixture.expectUnchanged());

const post = (path: string, body: unknown): Promise<ApiAnswer> => fixture.post(path, body);

describe('A choice that cannot be', () => {
  const choices: [string, object, string[]][] = [
    [
      'names an unknown student',
      { plugin: 'select', settings: { students: ['ada', 'nobody'] } },
      ['/settings/students/1'],
    ],
    ["names another period's student", { plugin: 'select', settings: { students: ['dee'] } }, ['/settings/students/0']],
    [
      "names another period's assignment",
      { plugin: 'approved.subset', settings: { assignments: ['a1', 'b1'] } },
      ['/settings/assignments/1'],
    ],
    ['has a negative minimum', points({ minimumPoints: -1 }), ['/settings/minimumPoints']],
    ['has half a point as minimum', points({ minimumPoints: 1.5 }), ['/settings/minimumPoints']],
    ['has a minimum in words', points({ minimumPoints: '50' }), ['/settings/minimumPoints']],
    ['has an endless minimum', points({ minimumPoints: 1e21 }), ['/settings/minimumPoints']],
    ['has no assignments', points({ assignments: [] }), ['/settings/assignments']],
    ['has assignments that are no list', points({ assignments: 'a1' }), ['/settings/assignments']],
    [
      'has settings of another plugin',
      { plugin: 'approved.all', settings: { minimumPoints: 1 } },
      ['/settings/minimumPoints'],
    ],
    [
      'wants more passed than there are',
      { plugin: 'passcount', settings: { assignments: ['a1'], minimumPassed: 2 } },
      ['/settings/minimumPassed'],
    ],
    ['is of an unknown plugin', { plugin: 'constructor' }, ['/plugin']],
    ['has settings that are no object', { plugin: 'points', settings: [] }, ['/settings']],
    ['has a member nobody knows', { plugin: 'approved.all', minimum: 1 }, ['/minimum']],
    ['is decided by hand without students', { plugin: null }, ['/settings/students']],
  ];

  it.each(choices)(
    'because it %s is 400 with its place, for a draft and for a question alike',
    async (_, choice, places) => {
      for (const path of ['/drafts', '/what-if']) {
        const answer = await post(path, choice);
        expect(answer.status).toBe(400);
        if (places.length > 0) expect(pointersOf(answer)).toEqual(places);
      }
      expect((await api.call(ANNE, 'PATCH', `${Q}/drafts/${draftId}`, choice)).status).toBe(400);
    },
  );

  function points(settings: object): object {
    return { plugin: 'points', settings: { assignments: ['a1'], minimumPoints: 1, ...settings } };
  }
});

describe('A request that cannot be understood', () => {
  const calls: [string, string, string, unknown][] = [
    ['a period with a control character', 'GET', '/v1/periods/a%01b', undefined],
    ['a period of 256 characters', 'GET', `/v1/periods/${'p'.repeat(256)}`, undefined],
    ['a status that is no number', 'GET', `${Q}/statuses/first`, undefined],
    ['status 0', 'GET', `${Q}/statuses/0`, undefined],
    ['a page of nothing', 'GET', `${Q}/history?limit=0`, undefined],
    ['a cursor from nowhere', 'GET', `${Q}/history?cursor=abc`, undefined],
    ["another list's cursor", 'GET', `${Q}/history?cursor=${Buffer.from('["x"]').toString('base64url')}`, undefined],
    ['an order nobody knows', 'GET', `${Q}/statuses/1/print?sort=age`, undefined],
    ['a state nobody knows', 'GET', '/v1/qualification/overview?state=done', undefined],
    ['a retraction without words', 'POST', `${Q}/retract`, { message: '' }],
    ['a retraction of blanks', 'POST', `${Q}/retract`, { message: ' \t\n\u00a0' }],
    ['a retraction that names students', 'POST', `${Q}/retract`, { message: 'no', undecided: ['ada'] }],
    ['a retraction that names a plugin', 'POST', `${Q}/retract`, { message: 'no', plugin: 'points' }],
    ['a message with NUL', 'POST', `${Q}/retract`, { message: 'a\u0000b' }],
    ['a message of a megabyte', 'POST', `${Q}/retract`, { message: 'm'.repeat(10_001) }],
    ['an instant that is none', 'POST', `${Q}/statuses/1/exported`, { at: 'yesterday' }],
    ['a system without a name', 'POST', `${Q}/statuses/1/exported`, { system: '' }],
  ];

  it.each(calls)('(%s) is 400', async (_, method, url, body) => {
    const answer = await api.call(DEPARTMENT_ADMIN, method, url, body);
    expect([answer.status, answer.body['code']]).toEqual([400, 'bad-request']);
  });

  it('is 404 where it names a status, a draft or a period nobody has', async () => {
    const urls = [
      `${Q}/statuses/99`,
      `${Q}/drafts/unknown`,
      `${Q}/drafts/unknown/grid`,
      '/v1/periods/abc/qualification',
    ];
    const codes = await Promise.all(urls.map(async (url) => (await api.call(ANNE, 'GET', url)).body['code']));
    expect(codes).toEqual(['status-not-found', 'draft-not-found', 'draft-not-found', 'period-not-found']);
    expect((await post('/drafts/unknown/save', { status: 'ready' })).body['code']).toBe('draft-not-found');
  });

  it('is 412 or 400 where its If-Match is not the ETag of the draft', async () => {
    const authorization = `Bearer ${await api.token(ANNE)}`;
    const send = async (match: string): Promise<number> => {
      const headers = { authorization, 'if-match': match, 'content-type': 'application/json' };
      return (
        await api.send({
          method: 'PATCH',
          url: `${Q}/drafts/${draftId}`,
          headers,
          payload: '{"plugin":"approved.all"}',
        })
      ).status;
    };
    expect([await send('"v99"'), await send('v1'), await send('W/"v1"')]).toEqual([412, 400, 400]);
  });
});

describe('A period or node that cannot be', () => {
  const period = { nodeId: 'maths', shortName: 's', longName: 'l', startsAt: inDays(-1), endsAt: inDays(1) };
  const calls: [string, string, object, string][] = [
    ['ends before it starts', '/v1/periods/new', { ...period, endsAt: inDays(-2) }, '/endsAt'],
    ['ends as it starts', '/v1/periods/new', { ...period, endsAt: period.startsAt }, '/endsAt'],
    ['hangs on no node', '/v1/periods/new', { ...period, nodeId: 'nowhere' }, '/nodeId'],
    ['has a day that is none', '/v1/periods/new', { ...period, startsAt: '2026-02-30T10:00:00Z' }, '/startsAt'],
    ['has no name', '/v1/periods/new', { ...period, shortName: '' }, '/shortName'],
    ['lies below no node', '/v1/nodes/new', { kind: 'subject', name: 'N', parentId: 'nowhere' }, '/parentId'],
    ['lies below itself', '/v1/nodes/maths', { kind: 'subject', name: 'N', parentId: 'maths' }, '/parentId'],
    ['lies in a circle', '/v1/nodes/science', { kind: 'department', name: 'N', parentId: 'maths' }, '/parentId'],
    ['is of no kind', '/v1/nodes/new', { kind: 'faculty', name: 'N' }, '/kind'],
    ['speaks no language of ours', '/v1/nodes/new', { kind: 'subject', name: 'N', language: 'tlh' }, '/language'],
  ];

  it.each(calls)('because it %s is 400 with its place', async (_, url, body, place) => {
    const answer = await api.call(PLATFORM, 'PUT', url, body);
    expect([answer.status, pointersOf(answer)[0]]).toEqual([400, place]);
  });

  it('is refused where its id is too long to be written into an address', async () => {
    const answer = await api.call(PLATFORM, 'PUT', `/v1/periods/${encodeURIComponent('å'.repeat(200))}`, period);
    expect(answer.status).toBe(400);
  });

  it('names no issuer where the installation has none: an administrator is refused', async () => {
    const answer = await api.call(PLATFORM, 'PUT', '/v1/periods/spring/administrators/eve');
    expect([answer.status, pointersOf(answer)]).toEqual([400, ['/issuer']]);
  });
});
