import type { TimelineAnswer } from '../../../contracts/http/timeline';
import { markCallback } from '../../../db/attempts/reviews/inbox';
import { type ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';
import { MAKER, REASON, StoryFixture } from '../../support/story-fixture';

let fixture: StoryFixture;
let api: ApiFixture;

beforeAll(async () => {
  fixture = await StoryFixture.start();
  ({ api } = fixture);
});
afterAll(() => api.stop());

const story = () => fixture.story();
const timeline = (code: string, caller?: TokenCaller) => fixture.timeline(code, caller);
const changes = ({ items }: TimelineAnswer) => items.flatMap((item) => (item.kind === 'change' ? [item] : []));

test('One look-up tells every change with who, why, from what to what, and what was told to others because of it.', async () => {
  const { code, userId } = await story();
  const told = await timeline(code);
  const learner = `invigil-dev|${userId}`;
  expect(changes(told).map((one) => [one.by, one.because.replace(/\d+$/, 'N'), one.statusBefore, one.status])).toEqual([
    [learner, 'create:start', null, 'started'],
    [learner, 'act:submit', 'started', 'submitted'],
    [learner, 'act:submit', null, null],
    ['provider:psi', 'review:N', 'submitted', 'verified'],
    ['invigil-dev|maker', 'changeStatus:rejected', 'verified', 'rejected'],
  ]);
  expect(changes(told).map(({ version }) => version)).toEqual([1, 2, null, 3, 4]);
  const submitted = changes(told)[1];
  expect(submitted?.effects.map(({ name }) => name)).toContain('credit.set');
  expect(submitted?.effects.every(({ state, service }) => state === 'skipped' && service.length > 0)).toBe(true);
  expect(changes(told).at(-1)).toMatchObject({ reason: REASON, requestId: expect.stringMatching(/./) });
});

test('It also tells what the vendor sent, what was refused and why, the verdict, and the time that was given.', async () => {
  const { code, examId, userId } = await story();
  const { items, attempt } = await timeline(code);
  expect(attempt).toMatchObject({ attemptCode: code, status: 'rejected' });
  expect(items.filter(({ kind }) => kind !== 'change')).toEqual([
    expect.objectContaining({
      kind: 'around',
      action: 'allowance.created',
      object: `allowance:${examId}:${userId}:additional_time_granted`,
      by: 'invigil-dev|maker',
      reason: REASON,
      detail: { after: '15' },
    }),
    expect.objectContaining({ kind: 'callback', by: 'provider:psi', state: 'applied', refusedBecause: null }),
    expect.objectContaining({ kind: 'review', reviewStatus: 'Clean', by: 'provider:psi' }),
    expect.objectContaining({ kind: 'callback', state: 'refused', refusedBecause: 'review-already-exists' }),
  ]);
});

test('A removed attempt keeps its story, the removal included.', async () => {
  const { code } = await story();
  await api.call(MAKER, 'DELETE', `/v1/attempts/${code}?reason=${encodeURIComponent(REASON)}`);
  const told = await timeline(code);
  expect(told.attempt.isArchived).toBe(true);
  expect(changes(told).at(-1)).toMatchObject({
    because: 'remove',
    by: 'invigil-dev|maker',
    reason: REASON,
    version: 5,
  });
  expect(changes(told)).toHaveLength(6);
});

test('The history says of each state who ended it and why; how it was archived has a name of its own.', async () => {
  const { code, userId } = await story();
  await api.call(MAKER, 'DELETE', `/v1/attempts/${code}`);
  const { body } = await api.call(OPERATOR, 'GET', `/v1/attempts/${code}/history`);
  const items = body['items'] as Record<string, unknown>[];
  expect(items.map(({ version, by, because, archivedBecause }) => [version, by, because, archivedBecause])).toEqual([
    [5, 'invigil-dev|maker', 'remove', 'removed'],
    [4, 'invigil-dev|maker', 'changeStatus:rejected', 'status-changed'],
    [3, 'provider:psi', expect.stringMatching(/^review:\d+$/), 'status-changed'],
    [2, `invigil-dev|${userId}`, 'act:submit', 'status-changed'],
    [1, `invigil-dev|${userId}`, 'create:start', 'status-changed'],
  ]);
  expect(items.map(({ reason }) => reason)).toEqual([null, REASON, null, null, null]);
});

test('A learner sees the own steps, and of the staff neither names nor reasons, nor what was told to whom.', async () => {
  const { code, userId } = await story();
  const told = await timeline(code, { sub: userId, scope: 'attempts:take' });
  expect(JSON.stringify(told)).not.toContain('maker');
  expect(JSON.stringify(told)).not.toContain(REASON);
  expect(told.items.filter(({ kind }) => kind === 'callback' || kind === 'review')).toEqual([]);
  expect(changes(told).map(({ by, effects }) => [by, effects.length])).toEqual([
    [`invigil-dev|${userId}`, 0],
    [`invigil-dev|${userId}`, 0],
    [`invigil-dev|${userId}`, 0],
    ['provider:psi', 0],
    [null, 0],
  ]);
  const other = await api.call({ sub: 'other', scope: 'attempts:take' }, 'GET', `/v1/attempts/${code}/timeline`);
  expect(other).toMatchObject({ status: 403, body: { code: 'not-your-attempt' } });
});

test('The audit can be read by its scope alone, and by a limited token within its limits.', async () => {
  const { code, examId } = await story();
  const limited = { sub: 'auditor', scope: 'audit:read', courses: ['course-v1:Other'] };
  const get = (caller: TokenCaller, query: string) => api.call(caller, 'GET', `/v1/audit${query}`);
  expect((await get(OPERATOR, '')).status).toBe(403);
  expect((await get(limited, '')).status).toBe(403);
  expect((await get(limited, `?object=attempt:${code}`)).status).toBe(404);
  expect((await get(limited, `?object=exam:${examId}`)).status).toBe(404);
  expect((await get(limited, '?object=learner:ann')).status).toBe(403);
  expect((await get({ sub: 'auditor', scope: 'audit:read' }, '?cursor=x')).status).toBe(400);
  const acted = await get(
    { sub: 'auditor', scope: 'audit:read' },
    '?actor=invigil-dev%7Cmaker&action=attempt.status-changed&limit=1',
  );
  expect(acted.body).toMatchObject({
    items: [{ actor: 'invigil-dev|maker', because: 'changeStatus:rejected', reason: REASON }],
  });
  expect(acted.body['nextCursor']).toEqual(expect.any(String));
});

test('A callback that is refused later is told with the code it was refused with.', async () => {
  const { code, attemptId, examId, userId } = await story();
  const key = { examId, userId, attemptNumber: 1, attemptId };
  const inboxId = await fixture.callback(key, { code, externalId: 'x', reviewStatus: 'Rules Violation' });
  await markCallback(api.database.db, inboxId, 'suspicious-lookup', new Date());
  const { items } = await timeline(code);
  expect(items).toContainEqual(
    expect.objectContaining({ inboxId, state: 'refused', refusedBecause: 'suspicious-lookup' }),
  );
});
