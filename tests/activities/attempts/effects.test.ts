import type { AttemptKey } from '../../../contracts/attempts/messages';
import { asActivity, AttemptFixture, FIXTURE_PROVIDER } from '../../support/attempt-fixture';

jest.setTimeout(20_000);

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
}, 30_000);
afterEach(async () => {
  fixture.simulator.faults.clear();
  fixture.simulator.answers.clear();
  await fixture.untilQuiet();
});
afterAll(() => fixture.stop());

const performEffect = (effectId: string, attempt?: number) =>
  asActivity(() => fixture.activities.performEffect({ effectId }), attempt);

const mailsTo = ({ userId }: AttemptKey) =>
  fixture.simulator.mail.mails().filter(({ to }) => to.includes(`${userId}@example.org`));

/** An attempt submitted while a service was down. */
async function submittedWithout(service: string): Promise<AttemptKey> {
  const key = await fixture.created();
  fixture.simulator.faults.set(service, { status: 503 });
  await fixture.change(key, 'submitted');
  return key;
}

describe('A mail', () => {
  const submittedBy = async (person: { email: string; fullName?: string }): Promise<AttemptKey> => {
    const key = await fixture.newKey(person);
    await fixture.decide(key, { type: 'create', takingAsProctored: true });
    await fixture.change(key, 'submitted');
    return key;
  };

  it('to a learner without an address is skipped, and nobody has to look at that', async () => {
    const key = await submittedBy({ email: '', fullName: '' });
    expect(await fixture.effect(key, 'email')).toMatchObject({ state: 'skipped', detail: 'no-address', tries: 1 });
    expect(await fixture.attempt(key)).toMatchObject({ status: 'submitted', needsAttention: [], pendingEffects: 0 });
  });

  it('is in the learner’s language and the provider’s words where the installation has such a text', async () => {
    const text = { template: 'submitted' as const, paragraphs: ['Guten Tag {fullName}'] };
    const subjectFor = async (person: { language?: string }, provider: string): Promise<string | null | undefined> => {
      const texts = [
        { ...text, language: 'de', subject: '{examName} abgegeben' },
        { ...text, language: 'de', provider, subject: 'Abgegeben bei diesem Anbieter' },
      ];
      const activities = fixture.with({ mailTexts: { own: { language: 'en', texts } } });
      const key = await fixture.newKey(person);
      await fixture.decide(key, { type: 'create', takingAsProctored: true }, { activities });
      await fixture.change(key, 'submitted', activities);
      return mailsTo(key)[0]?.subject;
    };
    expect(await subjectFor({ language: 'de-CH' }, 'other')).toBe('Final abgegeben');
    expect(await subjectFor({ language: 'de' }, FIXTURE_PROVIDER)).toBe('Abgegeben bei diesem Anbieter');
    expect(await subjectFor({}, FIXTURE_PROVIDER)).toBe('Proctoring attempt submitted');
  });

  it('to what was stored as a list before addresses were checked is not sent, and somebody has to look', async () => {
    const key = await submittedBy({ email: 'ann@example.org, eve@evil.example' });
    expect(await fixture.effect(key, 'email')).toMatchObject({ state: 'failed' });
    expect(await fixture.attempt(key)).toMatchObject({ needsAttention: ['effect-failed'] });
    const reached = fixture.simulator.mail.mails().flatMap(({ to }) => to);
    expect(reached).not.toContain('eve@evil.example');
  });
});

describe('An effect left over', () => {
  it('is sent once even when two activities perform it at the same time', async () => {
    const key = await submittedWithout('instructor');
    fixture.simulator.faults.clear();
    const { effectId } = await fixture.effect(key, 'instructor.complete');
    const outcomes = await Promise.allSettled([performEffect(effectId), performEffect(effectId)]);
    expect(outcomes).toContainEqual({ status: 'fulfilled', value: 'done' });
    expect(await performEffect(effectId)).toBe('done');
    expect(fixture.requests(key, 'instructor')).toBe(2);
    expect(fixture.applied(key, 'instructor')).toHaveLength(1);
  });

  it('is sent under the same key on every try', async () => {
    const key = await submittedWithout('instructor');
    const { effectId, attemptId } = await fixture.effect(key, 'instructor.complete');
    await expect(performEffect(effectId)).rejects.toMatchObject({ type: 'EffectRetry' });
    fixture.simulator.faults.clear();
    await performEffect(effectId, 2);
    const sent = fixture.simulator.journal.log({ service: 'instructor', userId: key.userId });
    const keys = new Set(sent.map(({ idempotencyKey }) => idempotencyKey));
    expect([...keys]).toEqual([`${attemptId}:2:instructor.complete`]);
  });

  it('fails and calls for an operator once the whole retry time is over', async () => {
    const key = await submittedWithout('instructor');
    const { effectId } = await fixture.effect(key, 'instructor.complete');
    await fixture.activities.giveUpEffect({ effectId });
    const { state, lastError } = await fixture.effect(key, 'instructor.complete');
    expect({ state, lastError }).toEqual({
      state: 'failed',
      lastError: 'gave up: the whole retry time is over; instructor answered 503',
    });
    expect(await fixture.attempt(key)).toMatchObject({ status: 'submitted', needsAttention: ['effect-failed'] });
  });

  it('of an unknown name counts as skipped', async () => {
    expect(await performEffect('9007199254740991')).toBe('skipped');
  });
});

describe('Effects on one target', () => {
  it('are done in the order in which they came about', async () => {
    const key = await submittedWithout('mail');
    const submitted = await fixture.effect(key, 'email');
    await fixture.change(key, 'verified');
    const verified = await fixture.effect(key, 'email');
    fixture.simulator.faults.clear();
    await expect(performEffect(verified.effectId)).rejects.toMatchObject({ type: 'EffectWaits' });
    expect(mailsTo(key)).toEqual([]);
    expect(await performEffect(submitted.effectId)).toBe('done');
    expect(await performEffect(verified.effectId)).toBe('done');
    expect(mailsTo(key).map(({ messageId }) => messageId)).toEqual([
      expect.stringContaining('.2.email'),
      expect.stringContaining('.3.email'),
    ]);
  });

  it('are replaced by a newer one that sets the same thing, so that the credit says what holds now', async () => {
    const key = await submittedWithout('credit');
    const older = await fixture.effect(key, 'credit.set');
    await fixture.change(key, 'verified');
    const newer = await fixture.effect(key, 'credit.set');
    fixture.simulator.faults.clear();
    expect(await performEffect(older.effectId)).toBe('superseded');
    expect(await performEffect(newer.effectId)).toBe('done');
    expect(fixture.applied(key, 'credit')).toMatchObject([{ body: { status: 'satisfied' } }]);
  });
});

describe('A status mail that is tried twice', () => {
  /** All but what the transport makes new for each transmission. */
  const words = (raw: string) => raw.replace(/^Date: .*$/m, '').replace(/--_NmP-[\w-]+/g, 'boundary');

  it('says the same under the same Message-ID, even if the course was renamed in between', async () => {
    const key = await fixture.created();
    const { courseId } = await fixture.attempt(key);
    fixture.simulator.answers.setCourseName({ courseId, name: 'Old Name' });
    fixture.simulator.faults.set('mail', { dropAnswer: true });
    await fixture.change(key, 'submitted');
    fixture.simulator.answers.setCourseName({ courseId, name: 'New Name' });
    fixture.simulator.faults.clear();
    const { effectId } = await fixture.effect(key, 'email');
    expect(await performEffect(effectId)).toBe('done');
    const [first, second, ...more] = mailsTo(key);
    expect(more).toEqual([]);
    expect(second?.messageId).toBe(first?.messageId);
    expect(first?.raw).toContain('Old Name');
    expect(words(second?.raw ?? '')).toBe(words(first?.raw ?? 'none'));
  });

  it('keeps to having no course name, too', async () => {
    const key = await fixture.created();
    const { courseId } = await fixture.attempt(key);
    fixture.simulator.answers.setCourseName({ courseId, name: null });
    fixture.simulator.faults.set('mail', { status: 503 });
    await fixture.change(key, 'submitted');
    fixture.simulator.answers.setCourseName({ courseId, name: 'New Name' });
    fixture.simulator.faults.clear();
    await performEffect((await fixture.effect(key, 'email')).effectId);
    expect(mailsTo(key)).toHaveLength(1);
    expect(mailsTo(key)[0]?.raw).not.toContain('New Name');
  });
});
