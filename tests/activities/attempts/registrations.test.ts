import { randomUUID } from 'node:crypto';
import type { CommandRequest } from '../../../contracts/attempts/commands';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { findCommand } from '../../../db/attempts/commands';
import { keepTurn } from '../../../db/attempts/registrations';
import { readTimelineFacts } from '../../../db/attempts/timeline';
import { AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start({ poolMax: 4 });
});
afterAll(() => fixture.stop());
afterEach(() => fixture.simulator.faults.clear());

const SERVICE = `provider:${FIXTURE_PROVIDER}`;
const create: CommandRequest = { type: 'create', takingAsProctored: true };

/** What the provider was told of the exam, in order. */
function atProvider({ examId }: AttemptKey): string[] {
  const applied = fixture.simulator.journal.appliedEffects({ service: SERVICE });
  return applied.filter((one) => one.examId === String(examId)).map(({ effect }) => effect);
}

/** One command as its workflow has it decided, step by step. */
class Asked {
  readonly commandId = randomUUID();

  constructor(
    readonly key: AttemptKey,
    readonly command: CommandRequest = create,
  ) {}

  decide() {
    const { key, commandId, command } = this;
    return fixture.activities.decide({ key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 });
  }

  ask(): Promise<void> {
    return fixture.activities.askOutside({ key: this.key, commandId: this.commandId });
  }
}

describe('Several commands for the same next attempt', () => {
  it.each([2, 6])('%i creations register the learner once: one is made, the others find it', async (count) => {
    const key = await fixture.newKey();
    const clicks = Array.from({ length: count }, () => new Asked(key));
    for (const click of clicks) expect(await click.decide()).toEqual({ kind: 'ask', question: 'registration' });
    for (const click of clicks) await click.ask();
    const results = await Promise.all(clicks.map((click) => click.decide()));
    expect(results.filter(({ kind }) => kind === 'applied')).toHaveLength(1);
    expect(results.filter((one) => one.kind === 'refused' && one.code === 'attempt-already-exists')).toHaveLength(
      count - 1,
    );
    expect(atProvider(key)).toEqual(['provider.register']);
  });

  it('one that comes when the answer is there goes on with it, and the one that asked finds the attempt', async () => {
    const key = await fixture.newKey();
    const [first, second] = [new Asked(key), new Asked(key)];
    await first.decide();
    await first.ask();
    expect(await second.decide()).toMatchObject({ kind: 'applied', state: { attempt: { status: 'created' } } });
    expect(await first.decide()).toMatchObject({ kind: 'refused', code: 'attempt-already-exists' });
    expect(atProvider(key)).toEqual(['provider.register']);
  });

  it('ask one after the other: while one asks, the others wait, and a worker that died holds nobody up for long', async () => {
    const key = await fixture.newKey();
    const [first, second] = [new Asked(key), new Asked(key)];
    await first.decide();
    await second.decide();
    fixture.simulator.faults.set(SERVICE, { latencyMs: 2_500, remaining: 1 });
    const asking = first.ask();
    await fixture.untilAsking(first.commandId);
    await expect(second.ask()).rejects.toMatchObject({ type: 'QuestionWaits' });
    await asking;
    await second.ask();
    expect(atProvider(key)).toEqual(['provider.register']);
    const [dead, next] = [new Asked(await fixture.newKey()), await fixture.newKey()];
    await dead.decide();
    await keepTurn(fixture.knex, dead.commandId, -1);
    await dead.ask();
    expect(atProvider(dead.key)).toEqual(['provider.register']);
    expect(atProvider(next)).toEqual([]);
  });

  it('a retake of a practice exam registers anew, once the attempt registered first is there', async () => {
    const key = await fixture.newKey();
    await fixture.knex('exams').where({ id: key.examId }).update({ is_practice_exam: true });
    const [first, second] = [new Asked(key), new Asked(key)];
    for (const one of [first, second]) await one.decide();
    for (const one of [first, second]) await one.ask();
    expect(await first.decide()).toMatchObject({ kind: 'applied' });
    expect(await second.decide()).toEqual({ kind: 'ask', question: 'registration' });
    await second.ask();
    expect(await second.decide()).toMatchObject({ kind: 'applied', answer: { attemptNumber: 2 } });
    expect(atProvider(key)).toEqual(['provider.register', 'provider.register']);
  });

  it('three resets at once make one new attempt, registered once', async () => {
    const key = await fixture.newKey();
    await fixture.knex('exams').where({ id: key.examId }).update({ is_practice_exam: true });
    await fixture.decide(key, create);
    await fixture.change(key, 'rejected');
    const resets = [1, 2, 3].map(() => new Asked(key, { type: 'act', action: 'reset_attempt', actor: 'learner' }));
    for (const one of resets) await one.decide();
    for (const one of resets) await one.ask();
    const kinds = await Promise.all(resets.map(async (one) => (await one.decide()).kind));
    expect(kinds.sort()).toEqual(['applied', 'refused', 'refused']);
    expect(atProvider(key)).toEqual(['provider.register', 'provider.register']);
  });
});

describe('A registration whose answer was lost', () => {
  it('is used by the next click, under another key of the caller: the provider is asked under the first one’s', async () => {
    const key = await fixture.newKey();
    const [first, second] = [new Asked(key), new Asked(key)];
    await first.decide();
    fixture.simulator.faults.set(SERVICE, { dropAnswer: true, remaining: 1 });
    await expect(first.ask()).rejects.toMatchObject({ kind: 'retryable' });
    expect(await second.decide()).toEqual({ kind: 'ask', question: 'registration' });
    await second.ask();
    expect(await second.decide()).toMatchObject({ kind: 'applied' });
    expect(atProvider(key)).toEqual(['provider.register']);
    const told = async () => (await readTimelineFacts(fixture.knex, await fixture.attempt(key))).around;
    const lost = { action: 'registration.unanswered', object: `provider:${FIXTURE_PROVIDER}` };
    expect(await told()).toEqual([expect.objectContaining(lost)]);
    expect(await first.decide()).toMatchObject({ kind: 'refused', code: 'attempt-already-exists' });
    expect(atProvider(key)).toEqual(['provider.register']);
    expect(await told()).toEqual([]);
  });
});

describe('A registration refused afterwards', () => {
  const registered = async (): Promise<Asked> => {
    const asked = new Asked(await fixture.newKey());
    await asked.decide();
    await asked.ask();
    return asked;
  };

  it('is taken back at the provider and shown with the attempt that is there instead', async () => {
    const asked = await registered();
    await fixture.decide(asked.key, { type: 'declineByCascade' });
    expect(await asked.decide()).toMatchObject({ kind: 'refused', code: 'attempt-already-exists' });
    expect(atProvider(asked.key)).toEqual(['provider.register', 'provider.remove']);
    expect(await fixture.effect(asked.key, 'provider.remove')).toMatchObject({
      state: 'done',
      action: { unused: true },
    });
    expect(await findCommand(fixture.knex, asked.commandId)).toBeUndefined();
    expect(await asked.decide()).toMatchObject({ kind: 'refused', code: 'attempt-already-exists' });
    expect(atProvider(asked.key)).toHaveLength(2);
  });

  it('is taken back where there is no attempt at all, also from who waited for the same answer', async () => {
    const asked = await registered();
    const second = new Asked(asked.key);
    await fixture.knex('exams').where({ id: asked.key.examId }).update({ is_proctored: false });
    for (const one of [asked, second]) {
      expect(await one.decide()).toMatchObject({ kind: 'refused', code: 'exam-not-proctored' });
    }
    expect(atProvider(asked.key)).toEqual(['provider.register', 'provider.remove']);
    await fixture.knex('exams').where({ id: asked.key.examId }).update({ is_proctored: true });
    expect(await fixture.decide(asked.key, create)).toMatchObject({ kind: 'applied' });
    expect(atProvider(asked.key)).toEqual(['provider.register', 'provider.remove', 'provider.register']);
  });

  it('is taken back when the list of a period keeps the learner out meanwhile', async () => {
    const asked = await registered();
    const requiresQualification = { requires_qualification: JSON.stringify({ periodId: 'autumn', accept: ['ready'] }) };
    await fixture.knex('exams').where({ id: asked.key.examId }).update(requiresQualification);
    expect(await asked.decide()).toMatchObject({ kind: 'refused', code: 'qualification-required' });
    expect(atProvider(asked.key)).toEqual(['provider.register', 'provider.remove']);
  });

  it('is due until the provider takes it back; the workflow is told so', async () => {
    const asked = await registered();
    await fixture.decide(asked.key, { type: 'declineByCascade' });
    fixture.simulator.faults.set(SERVICE, { outage: true });
    expect(await asked.decide()).toMatchObject({ kind: 'refused', leavesEffects: true });
    fixture.simulator.faults.clear();
    const [due] = (await fixture.activities.loadAttempt({ key: asked.key, nowMs: Date.now() })).due;
    expect(due).toMatchObject({ name: 'provider.remove' });
    expect(await fixture.performed(due?.effectId ?? '')).toBe('done');
    expect(atProvider(asked.key)).toEqual(['provider.register', 'provider.remove']);
  });
});
