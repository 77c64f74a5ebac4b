import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { DEV_ISSUER, signDevToken } from '../../config/dev-key';
import { connectDatabase } from '../../db/core/connect';
import { lockPeriod } from '../../db/qualification/lock';
import { ApiClient, type ApiAnswer, type ApiRequest } from '../../dev/api-client';
import type { Child } from '../../dev/children';
import { waitUntil } from '../../dev/wait-until';
import { assignmentLine, groupLine, inDays, studentLine } from '../support/semester';
import { wordsIn } from '../support/temporal-text';
import { ChaosStack } from './chaos-stack';

jest.setTimeout(240_000);

const STUDENTS = 60;
const CANARIES = ['canary-user', 'Canary Name', 'canary@example.org', 'canary-reason', 'canary-message', 'office-anne'];

let chaos: ChaosStack;
let platform: ApiClient;
let office: ApiClient;
let holder: Knex;

beforeAll(async () => {
  // As many at a time as this test holds up.
  chaos = await ChaosStack.open({ QUALIFICATION_SLOTS: '4' });
  const { stack } = chaos;
  const client = async (sub: string, scope: string): Promise<ApiClient> =>
    new ApiClient(stack.urls.api, await signDevToken(stack.devKeyFile, { sub, scope }));
  platform = await client('platform', 'qualification:admin');
  office = await client('office-anne', 'qualification:read qualification:write');
  holder = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 6 });
  await platform.put('/nodes/maths', { kind: 'subject', name: 'Maths' });
  await platform.done({ method: 'PUT', path: `/nodes/maths/administrators/office-anne?issuer=${DEV_ISSUER}` });
});

afterAll(async () => {
  await holder.destroy();
  await chaos.close();
});

/** A period of its own; every third of its students fails. */
async function newPeriod(): Promise<string> {
  const periodId = randomUUID();
  const dates = { startsAt: inDays(-90), endsAt: inDays(30) };
  await platform.put(`/periods/${periodId}`, { nodeId: 'maths', shortName: 's', longName: 'S', ...dates });
  const ids = Array.from({ length: STUDENTS }, (_, at) => `s${at}`);
  const canary = { username: 'canary-user', email: 'canary@example.org', fullName: 'Canary Name' };
  await platform.importLines(`/periods/${periodId}/import`, [
    assignmentLine('a1'),
    ...ids.map((id, at) => studentLine(id, at === 0 ? canary : {})),
    ...ids.map((id, at) =>
      groupLine({ groupId: at, assignmentId: 'a1', members: [id], points: at % 3 === 0 ? 20 : 80 }),
    ),
  ]);
  return periodId;
}

const draftsOf = (periodId: string): string => `/periods/${periodId}/qualification/drafts`;
const ALL = { plugin: 'approved.all', reason: 'canary-reason' };
const SAVE = { status: 'ready', message: 'canary-message', acceptNewerStatus: true };

interface DraftBody {
  draftId: string;
  state: string;
  counts: { students: number; qualify: number } | null;
}

async function newDraft(periodId: string): Promise<{ periodId: string; draftId: string; path: string }> {
  const { draftId } = await office.post<DraftBody>(draftsOf(periodId), ALL);
  const path = `${draftsOf(periodId)}/${draftId}`;
  await untilState(path, 'ready');
  return { periodId, draftId, path };
}

async function untilState(path: string, state: string): Promise<void> {
  const check = async (): Promise<boolean> => (await office.get<DraftBody>(path)).state === state;
  await waitUntil(check, { what: `the draft to be ${state}`, timeoutMs: 60_000 });
}

/** A request as it goes on whatever is killed: under one key, until there is an answer. */
function begin(method: ApiRequest['method'], path: string, body?: object): { key: string; answer: Promise<ApiAnswer> } {
  const key = randomUUID();
  const request = { method, path, key, ...(body === undefined ? {} : { body }) };
  return { key, answer: office.untilDecided(request, 90_000) };
}

/** Until so many of the service's connections wait for what this test holds. */
async function untilHeld(wanted: number): Promise<void> {
  const check = async (): Promise<boolean> => {
    const { rows } = await holder.raw<{ rows: { waiting: string }[] }>(
      `select count(*) as waiting from pg_stat_activity
       where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    return Number(rows[0]?.waiting) >= wanted;
  };
  await waitUntil(check, { what: `${wanted} steps under way`, timeoutMs: 30_000 });
}

/** `npm test` kills both at once, `npm run chaos:drafts` each alone as well. */
const ALL_VICTIMS: [string, () => Child[]][] = [
  ['the worker', () => [chaos.worker]],
  ['the API', () => [chaos.stack.api as Child]],
  ['both', () => [chaos.worker, chaos.stack.api as Child]],
];
const VICTIMS = process.env['CHAOS_DRAFTS'] === 'all' ? ALL_VICTIMS : ALL_VICTIMS.slice(-1);

describe.each(VICTIMS)('Killed with a draft under way: %s', (_, victims) => {
  /** kill -9 in the middle, then the locks go and the processes come back. */
  async function killWhileHeld(held: Knex.Transaction[], steps: number): Promise<void> {
    try {
      await untilHeld(steps);
      await Promise.all(victims().map((victim) => victim.kill()));
    } finally {
      await Promise.all(held.map((trx) => trx.rollback()));
      await Promise.all(victims().map((victim) => victim.start()));
    }
  }

  test('while choosing, working out, discarding and before saving: each is done once, under its key.', async () => {
    const periods = await Promise.all(Array.from({ length: 4 }, newPeriod));
    const [chosen, discarded, saved] = await Promise.all(periods.slice(0, 3).map(newDraft));
    if (!chosen || !discarded || !saved) throw new Error('There are no drafts.');
    const rows = await holder.transaction();
    await rows('qualification_drafts').whereIn('draft_id', [chosen.draftId, discarded.draftId]).forUpdate();
    const students = await holder.transaction();
    await students.raw('lock table period_students in access exclusive mode');
    const turn = await holder.transaction();
    await lockPeriod(turn, saved.periodId);
    const previewed = draftsOf(periods[3] ?? '');
    const steps = {
      configure: begin('PATCH', chosen.path, { plugin: 'approved.subset', settings: { assignments: ['a1'] } }),
      discard: begin('DELETE', discarded.path),
      save: begin('POST', `${saved.path}/save`, SAVE),
      preview: begin('POST', previewed, ALL),
    };
    await killWhileHeld([rows, students, turn], 4);
    const answers = await Promise.all(Object.values(steps).map(({ answer }) => answer));
    const [configure, discard, save, preview] = answers.map(({ status }) => status);
    expect([200, 202]).toContain(configure);
    expect([201, 202]).toContain(preview);
    expect([discard, save]).toEqual([204, 201]);
    await untilState(chosen.path, 'ready');
    expect(await office.get(chosen.path)).toMatchObject({ plugin: { id: 'approved.subset' }, counts: { qualify: 40 } });
    const { items } = await office.get<{ items: DraftBody[] }>(previewed);
    expect(items).toHaveLength(1);
    await untilState(`${previewed}/${items[0]?.draftId}`, 'ready');
    expect(await office.get(discarded.path)).toMatchObject({ state: 'discarded' });
    expect(
      await chaos.knex('qualification_draft_chunks').whereIn('draft_id', [discarded.draftId, saved.draftId]),
    ).toEqual([]);
    expect(await statusesOf(saved.periodId)).toMatchObject([
      { seq: 1, qualify: 40, fail: 20, draft_id: saved.draftId },
    ]);
  });

  test('in the middle of its save: the status is there once, whole, and the same key gives it.', async () => {
    const first = await newDraft(await newPeriod());
    await office.post(`${first.path}/save`, SAVE);
    const { periodId, path } = await newDraft(first.periodId);
    const active = await holder.transaction();
    await active('qualification_active').where({ period_id: periodId }).forUpdate();
    const saving = begin('POST', `${path}/save`, SAVE);
    await killWhileHeld([active], 1);
    const answer = await saving.answer;
    expect([answer.status, answer.body['seq']]).toEqual([201, 2]);
    const again = await office.untilDecided({ method: 'POST', path: `${path}/save`, body: SAVE, key: saving.key });
    expect(again.body).toEqual(answer.body);
    const other = await office.untilDecided({ method: 'POST', path: `${path}/save`, body: SAVE });
    expect(other.body['code']).toBe('draft-already-saved');
    expect(await statusesOf(periodId)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
    const rows = await chaos
      .knex('qualification_rows')
      .count('* as count')
      .groupBy('status_id')
      .whereIn(
        'status_id',
        (await statusesOf(periodId)).map(({ status_id }) => status_id),
      );
    expect(rows.map(({ count }) => Number(count))).toEqual([STUDENTS, STUDENTS]);
  });
});

describe('A draft nobody touches', () => {
  test('expires also when the worker was down at its hour, and is forgotten in the end with all it held.', async () => {
    const { draftId, path } = await newDraft(await newPeriod());
    await chaos.worker.kill();
    await movedBack(draftId, 2);
    await chaos.worker.start();
    const isExpired = async (): Promise<boolean> => (await office.request({ method: 'GET', path })).status === 410;
    await waitUntil(isExpired, { what: 'the draft to expire', timeoutMs: 60_000 });
    const chunks = () => chaos.knex('qualification_draft_chunks').where({ draft_id: draftId });
    await waitUntil(async () => (await chunks()).length === 0, { what: 'its results to go', timeoutMs: 60_000 });
    await movedBack(draftId, 31);
    const row = () => chaos.knex('qualification_drafts').where({ draft_id: draftId });
    await waitUntil(async () => (await row()).length === 0, { what: 'its row to go', timeoutMs: 60_000 });
    expect((await office.request({ method: 'GET', path })).status).toBe(404);
    const commands = await chaos.knex('qualification_commands').where({ draft_id: draftId });
    expect(commands).toMatchObject([{ request: {} }]);
  });

  async function movedBack(draftId: string, days: number): Promise<void> {
    await chaos
      .knex('qualification_drafts')
      .where({ draft_id: draftId })
      .update({ changed_at: inDays(-days) });
  }
});

test('After all that, no history holds a name, a message, a reason, an answer or who asked.', async () => {
  const { client } = chaos.gateway;
  let seen = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: "WorkflowType = 'qualificationDraft'" })) {
    const words = wordsIn(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    seen += 1;
    for (const canary of [...CANARIES, '"s1"']) expect(words).not.toContain(canary);
  }
  expect(seen).toBeGreaterThan(5);
});

interface StatusRow {
  status_id: string;
  seq: number;
}

async function statusesOf(periodId: string): Promise<StatusRow[]> {
  return chaos
    .knex<StatusRow>('qualification_statuses')
    .where({ period_id: periodId } as Partial<StatusRow>)
    .orderBy('seq');
}
