import type { OptionsAnswer } from '../../../contracts/http/options';
import { ATTEMPT_ACTIONS } from '../../../domain/attempts/commands';
import { ATTEMPT_STATUSES } from '../../../domain/attempts/statuses';
import { type ApiFixture, OPERATOR, type TokenCaller } from '../../support/api-fixture';
import { StoryFixture } from '../../support/story-fixture';

let fixture: StoryFixture;
let api: ApiFixture;

beforeAll(async () => {
  fixture = await StoryFixture.start();
  ({ api } = fixture);
});
afterAll(() => api.stop());

async function options(code: string, caller: TokenCaller = OPERATOR): Promise<OptionsAnswer> {
  const answer = await api.call(caller, 'GET', `/v1/attempts/${code}/options`);
  expect(answer.status).toBe(200);
  return answer.body as unknown as OptionsAnswer;
}

const rows = () =>
  api.database
    .db<{ id: string; version: number; status: string }>('attempts')
    .select('id', 'version', 'status')
    .orderBy('id');

test('Every status and action is there once, and asking changes nothing.', async () => {
  const { code } = await fixture.story();
  const before = await rows();
  const effects = await api.database.db('effects').count();
  const { statuses, actions, version } = await options(code);
  expect(statuses.map(({ status }) => status)).toEqual([...ATTEMPT_STATUSES]);
  expect(actions.map(({ action }) => action)).toEqual([...ATTEMPT_ACTIONS]);
  expect(version).toBe(before.find(({ status }) => status === 'rejected')?.version);
  expect(await rows()).toEqual(before);
  expect(await api.database.db('effects').count()).toEqual(effects);
});

test('What it says of a status is what happens: allowed with those effects, or refused with that code.', async () => {
  for (const status of ['verified', 'started', 'rejected', 'error', 'submitted'] as const) {
    const { code, attemptId } = await fixture.story();
    const foreseen = (await options(code)).statuses.find((one) => one.status === status);
    const { db } = api.database;
    const last = await db('effects').where({ attempt_id: attemptId }).max<{ max: string }[]>('id');
    const answer = await api.call(OPERATOR, 'PATCH', `/v1/attempts/${code}`, { status });
    expect([status, answer.status < 300]).toEqual([status, foreseen?.allowed]);
    if (!foreseen?.allowed) {
      expect(answer.body).toMatchObject({ code: foreseen?.code, detail: foreseen?.why });
      continue;
    }
    expect(answer.body['status']).toBe(foreseen.becomes);
    const made = await db('effects')
      .where({ attempt_id: attemptId })
      .where('id', '>', last[0]?.max ?? 0)
      .orderBy('id');
    expect(made.map(({ name }: { name: string }) => name)).toEqual(foreseen.effects.map(({ name }) => name));
  }
});

test('A learner is told what the learner may do, and not what others would be told.', async () => {
  const { code, userId } = await fixture.story();
  const own = await options(code, { sub: userId, scope: 'attempts:take' });
  expect([own.statuses, own.removal]).toEqual([[], null]);
  expect(own.actions.find(({ action }) => action === 'start')).toMatchObject({
    allowed: false,
    code: 'attempt-completed',
  });
  expect(own.actions.flatMap(({ effects }) => effects)).toEqual([]);
  const other = await api.call({ sub: 'other', scope: 'attempts:take' }, 'GET', `/v1/attempts/${code}/options`);
  expect(other.status).toBe(403);
});

test('Nothing can be done with a removed attempt, and it says so.', async () => {
  const { code } = await fixture.story();
  expect((await options(code)).removal).toMatchObject({ allowed: true, becomes: null });
  await api.call(OPERATOR, 'DELETE', `/v1/attempts/${code}`);
  const { statuses, removal } = await options(code);
  expect(new Set(statuses.map((one) => one.code))).toEqual(new Set(['attempt-not-found']));
  expect(removal).toMatchObject({ allowed: false, code: 'attempt-not-found' });
});
