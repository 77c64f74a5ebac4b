import { randomUUID } from 'node:crypto';
import { actUpdate, type AttemptKey } from '../../../contracts/attempts/messages';
import { FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { aPeriod, saveList } from '../../support/saved-list';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(40_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start({ timings: { questionTimeoutMs: 10_000 } });
});
afterEach(() => fixture.backend.simulator.faults.clear());
afterAll(() => fixture.stop());

/** A learner on an exam that is for those who qualified in a period of its own. */
async function gatedKey(): Promise<AttemptKey & { periodId: string }> {
  const { knex } = fixture.backend;
  const [key, periodId] = [await fixture.backend.newKey(), randomUUID()];
  await aPeriod(knex, periodId);
  const requirement = JSON.stringify({ periodId, accept: ['ready'] });
  await knex('exams').where({ id: key.examId }).update({ requires_qualification: requirement });
  return { ...key, periodId };
}

const refusal = (reason: string): object => ({ code: 'qualification-required', extras: { reason } });

/** What took place at the provider, in order. */
const atProvider = ({ examId }: AttemptKey): string[] =>
  fixture.backend.simulator.journal
    .appliedEffects({ service: `provider:${FIXTURE_PROVIDER}` })
    .filter((entry) => entry.examId === String(examId))
    .map(({ effect }) => effect);

describe('The workflow of an attempt on an exam for those who qualified', () => {
  it('tells its caller why the learner is kept out, asks no provider, and closes again', async () => {
    const { periodId, ...key } = await gatedKey();
    await expect(fixture.create(key)).rejects.toMatchObject(refusal('no-status'));
    await saveList(fixture.backend.knex, periodId, 'ready', { [key.userId]: false });
    await expect(fixture.create(key)).rejects.toMatchObject(refusal('does-not-qualify'));
    expect(atProvider(key)).toEqual([]);
    await fixture.untilClosed(key);
  });

  it('starts nothing after the list was taken back, and ends what was started before', async () => {
    const [waiting, started] = [await gatedKey(), await gatedKey()];
    for (const { periodId, ...key } of [waiting, started]) {
      await saveList(fixture.backend.knex, periodId, 'ready', { [key.userId]: true });
      await fixture.create(key);
    }
    await fixture.change(started, 'started');
    for (const { periodId } of [waiting, started]) await saveList(fixture.backend.knex, periodId, 'notready');
    const start = { action: 'start', actor: 'learner' } as const;
    await expect(fixture.update(waiting, actUpdate, start)).rejects.toMatchObject(refusal('not-ready'));
    expect(await fixture.change(started, 'submitted')).toMatchObject({ status: 'submitted' });
  });

  it('has a registration removed that the list refuses by the time the provider answers; the same key begins anew', async () => {
    const { periodId, ...key } = await gatedKey();
    const { knex, simulator } = fixture.backend;
    await saveList(knex, periodId, 'ready', { [key.userId]: true });
    simulator.faults.set('provider', { hang: true });
    const commandId = randomUUID();
    const creating = fixture.create(key, commandId).catch((error: unknown) => error);
    await fixture.until('the provider to be asked', async () => {
      return (await knex('commands').where({ command_id: commandId })).length === 1;
    });
    await saveList(knex, periodId, 'notready');
    simulator.faults.clear();
    expect(await creating).toMatchObject(refusal('not-ready'));
    await fixture.until('the removal', async () => atProvider(key).length === 2);
    expect(atProvider(key)).toEqual(['provider.register', 'provider.remove']);
    expect(await knex('attempts').where({ user_id: key.userId })).toEqual([]);
    expect(await knex('commands').where({ command_id: commandId })).toEqual([]);
    await saveList(knex, periodId, 'ready', { [key.userId]: true });
    expect(await fixture.create(key, commandId)).toMatchObject({ status: 'created' });
    expect(atProvider(key)).toEqual(['provider.register', 'provider.remove', 'provider.register']);
  });

  it('lets learners in or keeps them out while the list changes, and never in after it was taken back', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, gatedKey));
    const outcomes = await Promise.all(
      keys.map(async ({ periodId, ...key }) => {
        await saveList(fixture.backend.knex, periodId, 'ready', { [key.userId]: true });
        const creating = fixture.create(key).then(
          () => 'in',
          (error: { code: string }) => error.code,
        );
        await saveList(fixture.backend.knex, periodId, 'notready');
        const late = fixture.change(key, 'started').then(
          () => 'started',
          (error: { code: string }) => error.code,
        );
        return [await creating, await late];
      }),
    );
    for (const [created, started] of outcomes) {
      expect(['in', 'qualification-required']).toContain(created);
      expect(['qualification-required', 'attempt-not-found']).toContain(started);
    }
  });
});

it('Their histories replay', async () => {
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(10);
});
