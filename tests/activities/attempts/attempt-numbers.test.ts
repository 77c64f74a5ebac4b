import { randomUUID } from 'node:crypto';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { AttemptFixture } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterAll(() => fixture.stop());

const creation = { type: 'create', takingAsProctored: true } as const;

const live = (key: AttemptKey): Promise<{ number: number; is_current: boolean }[]> =>
  fixture.knex('attempts').select('number', 'is_current').where({ user_id: key.userId }).orderBy('number');

describe('A number that was next when a creation was asked for', () => {
  it('is given to one of two creations on a practice exam at once, also while the provider is asked', async () => {
    const key = await fixture.newKey();
    await fixture.knex('exams').where({ id: key.examId }).update({ is_practice_exam: true });
    const both = await Promise.all([fixture.decide(key, creation), fixture.decide(key, creation)]);
    expect(both.map(({ kind }) => kind)).toEqual(['applied', 'applied']);
    expect(await live(key)).toEqual([
      { number: 1, is_current: false },
      { number: 2, is_current: true },
    ]);
  });

  it('is not used again when an attempt of that number has come and gone', async () => {
    const key = await fixture.created();
    expect(await fixture.decide(key, { type: 'remove' })).toMatchObject({ kind: 'applied' });
    const commandId = randomUUID();
    const made = await fixture.decide(key, creation, { commandId });
    expect(made).toMatchObject({ kind: 'applied', answer: { attemptNumber: 2, status: 'created' } });
    expect(await fixture.decide(key, creation, { commandId })).toMatchObject({ answer: { attemptNumber: 2 } });
    expect(await live(key)).toEqual([{ number: 2, is_current: true }]);
  });

  it('is not used again by a cascade that comes after the removal of its target', async () => {
    const key = await fixture.created();
    await fixture.decide(key, { type: 'remove' });
    expect(await fixture.decide(key, { type: 'declineByCascade' })).toMatchObject({ kind: 'applied' });
    expect(await live(key)).toEqual([{ number: 2, is_current: true }]);
  });
});
