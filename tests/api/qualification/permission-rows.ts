/** Where a route is called: a period, a node or a learner, by the table of who may what there. */
export type Location =
  'spring' | 'autumn' | 'concerts' | 'unknown-period' | 'maths' | 'science' | 'music' | 'unknown-node';

export type Act = 'see' | 'write' | 'export' | 'admin' | 'list';

export interface PermissionRow {
  act: Act;
  on: 'period' | 'node' | 'nothing';
  /** Makes what it names: calling it at an unknown place is no fault. */
  creates?: true;
  /** An open one would be watched for ever. */
  endedDraft?: true;
  query?: string;
  body?: (at: CallAt) => object | string;
}

/** What a body may need of the place. */
export interface CallAt {
  place: Location;
  nodeOf: (place: Location) => string;
  dates: { startsAt: string; endsAt: string };
}

const PERIOD = '/v1/periods/:periodId';
const Q = `${PERIOD}/qualification`;
const DRAFT = `${Q}/drafts/:draftId`;
const STATUS = `${Q}/statuses/:seq`;

const see = (on: PermissionRow['on']): PermissionRow => ({ act: 'see', on });
const period = see('period');
const choice = (): object => ({ plugin: 'approved.all' });
const administrator = { query: '?issuer=elsewhere' };

/** Each route of qualification, and what somebody must be allowed to call it. A test fails for a route without a row. */
export const PERMISSION_ROWS: Readonly<Record<string, PermissionRow>> = {
  'GET /v1/nodes/:nodeId': see('node'),
  'PUT /v1/nodes/:nodeId': {
    act: 'admin',
    on: 'node',
    creates: true,
    body: ({ place }) =>
      place === 'science' ? { kind: 'department', name: 'S' } : { kind: 'subject', name: 'S', ...parentOf(place) },
  },
  'GET /v1/nodes/:nodeId/administrators': { act: 'admin', on: 'node' },
  'PUT /v1/nodes/:nodeId/administrators/:subject': { act: 'admin', on: 'node', ...administrator },
  'DELETE /v1/nodes/:nodeId/administrators/:subject': { act: 'admin', on: 'node', ...administrator },
  'PUT /v1/deadline-tags/:tagId': {
    act: 'admin',
    on: 'period',
    creates: true,
    body: ({ dates }) => ({ at: dates.endsAt }),
  },

  [`GET ${PERIOD}`]: period,
  [`PUT ${PERIOD}`]: {
    act: 'admin',
    on: 'period',
    creates: true,
    body: ({ place, nodeOf, dates }) => ({
      nodeId: nodeOf(place),
      shortName: place,
      longName: place,
      deadlineTagId: `tag-${place}`,
      ...dates,
    }),
  },
  [`POST ${PERIOD}/import`]: { act: 'admin', on: 'period', body: () => '{"kind":"student","userId":"dee"}' },
  [`GET ${PERIOD}/administrators`]: { act: 'admin', on: 'period' },
  [`PUT ${PERIOD}/administrators/:subject`]: { act: 'admin', on: 'period', ...administrator },
  [`DELETE ${PERIOD}/administrators/:subject`]: { act: 'admin', on: 'period', ...administrator },

  'GET /v1/qualification/plugins': { act: 'list', on: 'nothing' },
  'GET /v1/qualification/overview': { act: 'list', on: 'nothing' },

  [`GET ${Q}`]: period,
  [`GET ${Q}/plugins`]: period,
  [`GET ${Q}/results`]: period,
  [`POST ${Q}/what-if`]: { ...period, body: choice },
  [`GET ${Q}/changes`]: period,
  [`GET ${Q}/drafts`]: period,
  [`POST ${Q}/drafts`]: { act: 'write', on: 'period', body: choice },
  [`GET ${DRAFT}`]: period,
  [`PATCH ${DRAFT}`]: { act: 'write', on: 'period', body: choice },
  [`DELETE ${DRAFT}`]: { act: 'write', on: 'period' },
  [`GET ${DRAFT}/events`]: { ...period, endedDraft: true },
  [`GET ${DRAFT}/students`]: period,
  [`GET ${DRAFT}/grid`]: period,
  [`GET ${DRAFT}/differences`]: period,
  [`POST ${DRAFT}/save`]: { act: 'write', on: 'period', body: () => ({ status: 'ready', acceptNewerStatus: true }) },
  [`GET ${Q}/history`]: period,
  [`POST ${Q}/retract`]: { act: 'write', on: 'period', body: () => ({ message: 'Taken back' }) },
  [`GET ${STATUS}`]: period,
  [`GET ${STATUS}/students`]: period,
  [`GET ${STATUS}/students.csv`]: period,
  [`GET ${STATUS}/print`]: period,
  [`POST ${STATUS}/exported`]: { act: 'export', on: 'period', body: () => ({}) },
};

function parentOf(place: Location): { parentId?: string } {
  return place === 'maths' ? { parentId: 'science' } : place === 'music' ? { parentId: 'arts' } : {};
}
