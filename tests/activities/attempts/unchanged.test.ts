import { randomUUID } from 'node:crypto';
import { AttemptFixture } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterAll(() => fixture.stop());

describe('A command that asked for the status the attempt had already', () => {
  it('changes nothing either when it is repeated after the attempt went on', async () => {
    const key = await fixture.created();
    await fixture.change(key, 'submitted');
    const [commandId, command] = [randomUUID(), { type: 'act', action: 'submit', actor: 'staff' }] as const;
    expect(await fixture.decide(key, command, { commandId })).toMatchObject({ kind: 'applied' });
    await fixture.change(key, 'verified');
    const repeated = await fixture.decide(key, command, { commandId });
    expect(repeated).toMatchObject({ kind: 'replayed', answer: { status: 'submitted' } });
    expect(await fixture.attempt(key)).toMatchObject({ status: 'verified' });
  });
});
