import { randomUUID } from 'node:crypto';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { findCommand } from '../../../db/attempts/commands';
import { AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterEach(() => {
  fixture.simulator.faults.clear();
  fixture.simulator.answers.clear();
});
afterAll(() => fixture.stop());

/** The provider knows learners under other names, but exams by ours. */
const atProvider = ({ examId }: AttemptKey) =>
  fixture.simulator.journal
    .appliedEffects({ service: `provider:${FIXTURE_PROVIDER}` })
    .filter((entry) => entry.examId === String(examId));

const countRows = async (table: string, key: AttemptKey): Promise<number> => {
  const [row] = await fixture.knex(table).where({ user_id: key.userId }).count<{ count: string }[]>();
  return Number(row?.count);
};

describe('A command given twice under one id', () => {
  it('is written once, has its effects once and gets the same answer', async () => {
    const key = await fixture.created();
    const [commandId, command] = [randomUUID(), { type: 'changeStatus', to: 'submitted' }] as const;
    const first = await fixture.decide(key, command, { commandId });
    const second = await fixture.decide(key, command, { commandId });
    expect(first).toMatchObject({ kind: 'applied', state: { version: 2, due: [] } });
    expect(second).toMatchObject({ kind: 'replayed', answer: { status: 'submitted', version: 2, pendingEffects: 0 } });
    expect(await fixture.attempt(key)).toMatchObject({ status: 'submitted', version: 2, pendingEffects: 0 });
    expect(await countRows('attempt_archive', key)).toBe(1);
    for (const service of ['credit', 'instructor']) expect(fixture.requests(key, service)).toBe(1);
    expect(atProvider(key).map(({ effect }) => effect)).toEqual(['provider.register', 'provider.stop']);
  });

  it('is written once when both arrive at the same time', async () => {
    const key = await fixture.created();
    const [commandId, command] = [randomUUID(), { type: 'changeStatus', to: 'submitted' }] as const;
    const both = [1, 2, 3].map(() => fixture.decide(key, command, { commandId }));
    const kinds = (await Promise.all(both)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['applied', 'replayed', 'replayed']);
    expect(fixture.requests(key, 'credit')).toBe(1);
  });

  it('still gets the answer of then after the attempt went on', async () => {
    const key = await fixture.created();
    const [commandId, command] = [randomUUID(), { type: 'changeStatus', to: 'submitted' }] as const;
    await fixture.decide(key, command, { commandId });
    await fixture.change(key, 'verified');
    expect(await fixture.decide(key, command, { commandId })).toMatchObject({ answer: { status: 'submitted' } });
    expect(await fixture.attempt(key)).toMatchObject({ status: 'verified' });
  });
});

describe('A refused command', () => {
  it('writes nothing at all', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'submitted');
    const tables = ['attempts', 'attempt_archive', 'commands', 'effects'];
    const count = () => Promise.all(tables.map((table) => countRows(table, key)));
    const before = { rows: await count(), attempt: await fixture.attempt(key) };
    const commandId = randomUUID();
    const refused = await fixture.decide(key, { type: 'changeStatus', to: 'started' }, { commandId });
    expect(refused).toMatchObject({ kind: 'refused', code: 'illegal-status-transition' });
    expect({ rows: await count(), attempt: await fixture.attempt(key) }).toEqual(before);
    expect(await findCommand(fixture.knex, commandId)).toBeUndefined();
  });

  it('may succeed under the same id once the state allows it', async () => {
    const key = await fixture.newKey();
    const commandId = randomUUID();
    const command = { type: 'changeStatus', to: 'submitted' } as const;
    expect(await fixture.decide(key, command, { commandId })).toMatchObject({ code: 'attempt-not-found' });
    await fixture.decide(key, { type: 'create', takingAsProctored: true });
    expect(await fixture.decide(key, command, { commandId })).toMatchObject({ kind: 'applied' });
  });

  it('names the attempt in the way of a second one', async () => {
    const key = await fixture.created();
    const { attemptCode } = await fixture.attempt(key);
    const repeatedKey = { ...key, attemptNumber: 2 };
    const refused = await fixture.decide(repeatedKey, { type: 'create', takingAsProctored: true });
    expect(refused).toMatchObject({ kind: 'refused', code: 'attempt-already-exists', attemptCode });
  });
});

describe('A question to the provider', () => {
  const create = { type: 'create', takingAsProctored: true } as const;
  const questionFor = async (key: AttemptKey, commandId: string) =>
    fixture.activities.decide({ key, commandId, command: create, nowMs: Date.now(), confirmedVersion: 0 });

  it('is stored with the identity of the attempt before the provider is called, and writes no attempt', async () => {
    const [key, commandId] = [await fixture.newKey(), randomUUID()];
    expect(await questionFor(key, commandId)).toEqual({ kind: 'ask', question: 'registration' });
    const first = await findCommand(fixture.knex, commandId);
    expect(first).toMatchObject({ state: 'asking', answers: {}, newAttempt: { number: 1 } });
    await questionFor(key, commandId);
    expect((await findCommand(fixture.knex, commandId))?.newAttempt).toEqual(first?.newAttempt);
    expect(await countRows('attempts', key)).toBe(0);
    expect(atProvider(key)).toEqual([]);
  });

  it('keeps its first answer however often it is asked', async () => {
    const [key, commandId] = [await fixture.newKey(), randomUUID()];
    await questionFor(key, commandId);
    await fixture.activities.askOutside({ commandId, key });
    const first = (await findCommand(fixture.knex, commandId))?.answers;
    fixture.simulator.answers.setRegistration({ provider: FIXTURE_PROVIDER, outcome: 'onboarding_missing' });
    await fixture.activities.askOutside({ commandId, key });
    expect((await findCommand(fixture.knex, commandId))?.answers).toEqual(first);
    expect(await questionFor(key, commandId)).toMatchObject({
      kind: 'applied',
      state: { attempt: { status: 'created' } },
    });
  });

  it('whose answer was lost is asked again under the same key, and registers once', async () => {
    const [key, commandId] = [await fixture.newKey(), randomUUID()];
    await questionFor(key, commandId);
    fixture.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { dropAnswer: true, remaining: 1 });
    await expect(fixture.activities.askOutside({ commandId, key })).rejects.toMatchObject({ kind: 'retryable' });
    await fixture.activities.askOutside({ commandId, key });
    const [only, ...more] = atProvider(key);
    expect(more).toEqual([]);
    const applied = await questionFor(key, commandId);
    expect(applied).toMatchObject({ kind: 'applied', state: { attempt: { status: 'created' } } });
    expect(await fixture.attempt(key)).toMatchObject({ externalId: only?.externalId });
    expect(await questionFor(key, commandId)).toMatchObject({ kind: 'replayed' });
  });

  it('leaves the external id in the database: no result that travels through Temporal names it', async () => {
    const [key, commandId] = [await fixture.newKey(), randomUUID()];
    const results = [
      await fixture.decide(key, create, { commandId }),
      await fixture.decide(key, create, { commandId }),
    ];
    const { externalId } = await fixture.attempt(key);
    results.push(await fixture.decide(key, { type: 'changeStatus', to: 'declined' }));
    const loaded = await fixture.activities.loadAttempt({ key, nowMs: Date.now() });
    expect(externalId).toEqual(expect.any(String));
    expect(results.map(({ kind }) => kind)).toEqual(['applied', 'replayed', 'applied']);
    expect(JSON.stringify([results, loaded])).not.toContain(externalId);
  });

  it('is forgotten when the command is refused by its answer, so that the same key can ask again', async () => {
    const [key, commandId] = [await fixture.newKey(), randomUUID()];
    fixture.simulator.answers.setRegistration({ provider: FIXTURE_PROVIDER, outcome: 'refused' });
    expect(await fixture.decide(key, create, { commandId })).toMatchObject({ code: 'provider-refused' });
    expect(await findCommand(fixture.knex, commandId)).toBeUndefined();
    fixture.simulator.answers.clear();
    expect(await fixture.decide(key, create, { commandId })).toMatchObject({ kind: 'applied' });
  });

  it('is answered without a call where the provider is not reached over the network', async () => {
    const [key, platform] = [await fixture.newKey(), { ...fixture.dependencies.platform, provider: () => null }];
    const result = await fixture.decide(key, create, { activities: fixture.with({ platform }) });
    expect(result).toMatchObject({ kind: 'applied', state: { attempt: { status: 'created' } } });
    expect(atProvider(key)).toEqual([]);
  });
});

it('A pool of one connection serves ten learners who submit at once', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => fixture.created()));
  const states = await Promise.all(keys.map((key) => fixture.change(key, 'submitted')));
  expect(states.every(({ attempt }) => attempt?.status === 'submitted')).toBe(true);
}, 30_000);
