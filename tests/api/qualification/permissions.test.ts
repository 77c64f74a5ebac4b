import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import {
  ANNE,
  DEPARTMENT_ADMIN,
  inDays,
  person,
  PLATFORM,
  SemesterFixture,
  STRANGER,
  SUBJECT_ADMIN,
} from '../../support/semester';
import { type Act, PERMISSION_ROWS, type PermissionRow, type Location } from './permission-rows';

jest.setTimeout(120_000);

/** Its address needs a learner, not a place: it has tests of its own below. */
const OWN_ANSWER = 'GET /v1/learners/:userId/qualification';

const CALLERS: Record<string, TokenCaller> = {
  'an administrator of the period spring': ANNE,
  'an administrator of the subject': SUBJECT_ADMIN,
  'an administrator of the department': DEPARTMENT_ADMIN,
  'a superuser': { sub: 'root', scope: 'qualification:read qualification:write qualification:admin attempts:take' },
  'somebody else': STRANGER,
  'a student of the period': person('ada'),
  'a learner of an exam': { sub: 'ada', scope: 'attempts:take' },
  'an administrator who may only read': { sub: 'anne', scope: 'qualification:read' },
  'a machine of the department': { sub: 'machine', scope: 'qualification:admin', nodes: ['science'] },
  'an administrator whose token is for another period': { ...ANNE, periods: ['autumn'] },
  'the namesake of an administrator': person('namesake'),
};

const WRITES = 'see write';
const ALL = 'see write export admin';
const NOTHING = { spring: '', autumn: '', concerts: '', maths: '', science: '', music: '' };

/** What somebody may do where; "-" is not found. What is unknown is not found for anybody. */
const MAY: Record<string, Record<Exclude<Location, 'unknown-period' | 'unknown-node'>, string>> = {
  'an administrator of the period spring': { ...NOTHING, spring: WRITES },
  'an administrator of the subject': { ...NOTHING, spring: WRITES, autumn: WRITES, maths: 'see' },
  'an administrator of the department': {
    ...NOTHING,
    spring: `${WRITES} export`,
    autumn: `${WRITES} export`,
    maths: 'see',
    science: 'see',
  },
  'a superuser': { spring: ALL, autumn: ALL, concerts: ALL, maths: ALL, science: ALL, music: ALL },
  'somebody else': NOTHING,
  'a student of the period': NOTHING,
  'a learner of an exam': NOTHING,
  'an administrator who may only read': { ...NOTHING, spring: 'see' },
  'a machine of the department': { spring: ALL, autumn: ALL, concerts: '-', maths: ALL, science: ALL, music: '-' },
  'the namesake of an administrator': NOTHING,
  'an administrator whose token is for another period': {
    spring: '-',
    autumn: '',
    concerts: '-',
    maths: '-',
    science: '-',
    music: '-',
  },
};

const PLACES: Record<PermissionRow['on'], Location[]> = {
  period: ['spring', 'autumn', 'concerts', 'unknown-period'],
  node: ['maths', 'science', 'music', 'unknown-node'],
  nothing: ['spring'],
};

const NODES: Partial<Record<Location, string>> = { spring: 'maths', autumn: 'maths', concerts: 'music' };
const dates = { startsAt: inDays(-90), endsAt: inDays(30) };

/** By place: a draft that was discarded. */
const ENDED = new Map<Location, string>();

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
  await api.call(PLATFORM, 'PUT', '/v1/periods/spring/administrators/namesake?issuer=elsewhere');
  for (const periodId of ['spring', 'autumn', 'concerts'] as const) {
    await semester.importSmall(periodId);
    await semester.saveReady(periodId, PLATFORM);
    await api.call(PLATFORM, 'PUT', `/v1/deadline-tags/tag-${periodId}`, { at: dates.endsAt });
    await semester.putPeriod(periodId, NODES[periodId] ?? '', { ...dates, deadlineTagId: `tag-${periodId}` });
    await draftIn(periodId, { act: 'see', on: 'period', endedDraft: true });
  }
});

afterAll(() => api.stop());

interface Call {
  route: string;
  row: PermissionRow;
  place: Location;
}

const CALLS: Call[] = Object.entries(PERMISSION_ROWS).flatMap(([route, row]) =>
  PLACES[row.on]
    .filter((place) => row.creates !== true || !place.startsWith('unknown'))
    .map((place) => ({ route, row, place })),
);

function expected(caller: string, { row: { act, on }, place }: Call): 'done' | 403 | 404 {
  const { scope } = CALLERS[caller] as TokenCaller;
  if (!scope.includes('qualification:')) return 403;
  if (act === 'admin' && !scope.includes('qualification:admin')) return 403;
  if (on === 'nothing') return 'done';
  if (place === 'unknown-period' || place === 'unknown-node') return 404;
  const may = MAY[caller]?.[place] ?? '';
  if (may === '-') return 404;
  return (may.split(' ') as Act[]).includes(act) ? 'done' : 403;
}

async function send(caller: TokenCaller | null, { route, row, place }: Call): Promise<ApiAnswer> {
  const [method = '', path = ''] = route.split(' ');
  const draftId = path.includes(':draftId') ? await draftIn(place, row) : '';
  const url = addressOf(path, place, draftId, row);
  const body = row.body?.({ place, nodeOf: (at) => NODES[at] ?? 'maths', dates });
  if (caller === null) return api.send({ method: method as 'GET', url });
  if (typeof body === 'string') return api.import(caller, url, [body]);
  return api.call(caller, method, url, body);
}

/** Lists somebody whom the call can take off. */
async function prepare({ route, row, place }: Call): Promise<void> {
  const [method, path = ''] = route.split(' ');
  if (method === 'DELETE' && path.endsWith('/:subject'))
    await api.call(PLATFORM, 'PUT', addressOf(path, place, '', row));
}

function addressOf(path: string, place: Location, draftId: string, { query = '' }: PermissionRow): string {
  const filled = path
    .replace(':periodId', place)
    .replace(':nodeId', place)
    .replace(':tagId', `tag-${place}`)
    .replace(':draftId', draftId)
    .replace(':seq', '1')
    .replace(':subject', 'carl');
  return `${filled}${query}`;
}

/** One that is ready, whoever discards or saves what; or one that was discarded. */
async function draftIn(place: Location, { endedDraft }: PermissionRow): Promise<string> {
  if (place.startsWith('unknown')) return 'unknown';
  if (endedDraft && ENDED.has(place)) return String(ENDED.get(place));
  const draftId = String((await semester.draft({ plugin: 'approved.all' }, place, PLATFORM)).body['draftId']);
  if (endedDraft) {
    await api.call(PLATFORM, 'DELETE', `/v1/periods/${place}/qualification/drafts/${draftId}`);
    ENDED.set(place, draftId);
  }
  return draftId;
}

/** All that can be written, as it is now; drafts that a test makes for itself apart. */
async function written(): Promise<unknown> {
  const { rows } = await api.database.db.raw<{ rows: unknown[] }>(
    `select (select sum(data_version) from periods) as data, (select count(*) from administrators) as administrators,
       (select count(*) from qualification_statuses) as statuses, (select count(*) from qualification_exports) as exports,
       (select count(*) from qualification_drafts where state in ('saved', 'discarded')) as ended,
       (select count(*) from audit_log) as audit, (select count(*) from qualification_commands where by not like '%|platform')
         as commands, (select count(*) from nodes) as nodes`,
  );
  return rows;
}

const line = ({ route, place }: Call): string => `${route} at ${place}`;

describe('The table of permissions', () => {
  it('has a row for each route of qualification', async () => {
    const document = await api.send({ method: 'GET', url: '/openapi.json' });
    const paths = document.body['paths'] as Record<string, Record<string, { tags?: string[] }>>;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { tags = [] }]) => tags.includes('qualification'))
        .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(routes.toSorted()).toEqual([...Object.keys(PERMISSION_ROWS), OWN_ANSWER].toSorted());
  });
});

describe.each(Object.keys(MAY))('As %s', (caller) => {
  const who = CALLERS[caller] as TokenCaller;
  const refusals = CALLS.filter((call) => expected(caller, call) !== 'done');
  const grants = CALLS.filter((call) => expected(caller, call) === 'done');

  it(`${refusals.length} of ${CALLS.length} calls are refused, and write nothing`, async () => {
    const before = await written();
    const wrong: string[] = [];
    for (const call of refusals) {
      const { status } = await send(who, call);
      if (status !== expected(caller, call)) wrong.push(`${line(call)}: ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(await written()).toEqual(before);
  });

  it(`${grants.length} of ${CALLS.length} calls are done`, async () => {
    const wrong: string[] = [];
    for (const call of grants) {
      await prepare(call);
      const { status, body } = await send(who, call);
      if (status < 200 || status > 299) wrong.push(`${line(call)}: ${status} ${String(body['code'])}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('Without a token', () => {
  it('no route of qualification answers, and none writes', async () => {
    const before = await written();
    const statuses = await Promise.all(CALLS.map(async (call) => [line(call), (await send(null, call)).status]));
    expect(statuses).toEqual(CALLS.map((call) => [line(call), 401]));
    expect((await api.send({ method: 'GET', url: '/v1/learners/ada/qualification' })).status).toBe(401);
    expect(await written()).toEqual(before);
  });
});
