import type { DecideResult } from '../../../../contracts/attempts/activities';
import { callbackCommand } from '../../../../contracts/attempts/commands';
import type { AttemptKey } from '../../../../contracts/attempts/messages';
import { findByKey } from '../../../../db/attempts/find';
import { callbacksToDeliver, findCallback, markDelivered } from '../../../../db/attempts/reviews/inbox';
import { reviewsOfAttempt, type ReviewDetails } from '../../../../db/attempts/reviews/reviews';
import { AttemptFixture, FIXTURE_PROVIDER } from '../../../support/attempt-fixture';
import { type SentCallback, storeCallback as storeCallbackOf } from '../../../support/stored-callback';

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start({ env: { LEARNING_PLATFORM_URL: 'https://platform.example.org/' } });
});
afterAll(() => fixture.stop());

const storeCallback = (key: AttemptKey, sent: SentCallback = {}): Promise<string> =>
  storeCallbackOf(fixture, key, sent);

function decideCallback(
  key: AttemptKey,
  inboxId: string,
  type: 'review' | 'providerReady' = 'review',
): Promise<DecideResult> {
  return fixture.decide(key, { type, inboxId }, { commandId: callbackCommand(inboxId).commandId });
}

async function review(key: AttemptKey): Promise<ReviewDetails | undefined> {
  return (await reviewsOfAttempt(fixture.knex, (await fixture.attempt(key)).attemptCode))[0];
}

async function submitted(): Promise<AttemptKey> {
  const key = await fixture.created();
  await fixture.change(key, 'submitted');
  return key;
}

describe('A callback in the inbox', () => {
  it('gives the attempt its status, stores the review and is marked applied, once however often it is decided', async () => {
    const key = await submitted();
    const inboxId = await storeCallback(key);
    expect(await decideCallback(key, inboxId)).toMatchObject({
      kind: 'applied',
      state: { attempt: { status: 'verified' } },
    });
    expect(await decideCallback(key, inboxId)).toMatchObject({ kind: 'replayed' });
    expect(await review(key)).toMatchObject({ reviewStatus: 'Clean', comments: [{ comment: 'c' }], history: [] });
    expect(await findCallback(fixture.knex, inboxId)).toMatchObject({ state: 'applied', reason: null });
  });

  it('is marked refused with its reason when the attempt is not the one it was sent for', async () => {
    const key = await submitted();
    const inboxId = await storeCallback(key, { locator: 'somebody-else' });
    expect(await decideCallback(key, inboxId)).toMatchObject({ kind: 'refused', code: 'suspicious-lookup' });
    expect(await findCallback(fixture.knex, inboxId)).toMatchObject({ state: 'refused', reason: 'suspicious-lookup' });
    expect(await review(key)).toBeUndefined();
    expect((await fixture.attempt(key)).status).toBe('submitted');
  });

  it('is refused by the workflow of another attempt', async () => {
    const inboxId = await storeCallback(await submitted());
    expect(await decideCallback(await submitted(), inboxId)).toMatchObject({ kind: 'refused', code: 'bad-request' });
  });

  it.each(['the examinee', 'an account that is not active'])('does not believe that %s reviewed it', async (who) => {
    const key = await submitted();
    const other = await fixture.newKey({ active: false });
    const reviewedBy = who === 'the examinee' ? key.userId : `${other.userId}@example.org`;
    const inboxId = await storeCallback(key, { reviewStatus: 'Suspicious', reviewedBy, trusted: true });
    await decideCallback(key, inboxId);
    expect((await fixture.attempt(key)).status).toBe('second_review_required');
    expect(await review(key)).toMatchObject({ reviewedBy: null });
  });

  it('names a reviewer who is stored, and trusted only from an authenticated vendor', async () => {
    const [key, proven, { userId: reviewer }] = [await submitted(), await submitted(), await fixture.newKey()];
    const reviewedBy = `${reviewer}@example.org`;
    await decideCallback(key, await storeCallback(key, { reviewStatus: 'Suspicious', reviewedBy }));
    await decideCallback(
      proven,
      await storeCallback(proven, { reviewStatus: 'Suspicious', reviewedBy, trusted: true }),
    );
    expect([(await fixture.attempt(key)).status, (await fixture.attempt(proven)).status]).toEqual([
      'second_review_required',
      'rejected',
    ]);
    expect(await review(key)).toMatchObject({ reviewedBy: reviewer });
    expect(await fixture.effect(key, 'instructor.notify')).toMatchObject({ state: 'done' });
    const { externalId } = await fixture.attempt(key);
    const page = `/edx_proctoring/v1/instructor/course-${key.userId}/${key.examId}?attempt=${externalId}`;
    const calls = fixture.simulator.journal.log({ service: 'instructor', userId: key.userId });
    const notification = calls.find(({ path }) => path.endsWith('/notification'));
    expect(notification?.body).toMatchObject({ reviewUrl: `https://platform.example.org${page}` });
  });

  it('that names an empty reviewer names nobody, also where a learner has no address', async () => {
    await fixture.newKey({ email: '' });
    const key = await submitted();
    const options = { reviewStatus: 'Suspicious', reviewedBy: '', trusted: true };
    await decideCallback(key, await storeCallback(key, options));
    expect(await review(key)).toMatchObject({ reviewedBy: null });
    expect((await fixture.attempt(key)).status).toBe('second_review_required');
  });

  it('of a removed attempt is kept, and support hears of every suspicious one', async () => {
    const key = await submitted();
    await fixture.decide(key, { type: 'remove' });
    for (const reviewStatus of ['Suspicious', 'Suspicious']) {
      const result = await decideCallback(key, await storeCallback(key, { reviewStatus }));
      expect(result).toMatchObject({ kind: 'applied', state: { attempt: { isArchived: true, status: 'submitted' } } });
    }
    expect(await review(key)).toMatchObject({ isAttemptArchived: true, history: [{ reviewStatus: 'Suspicious' }] });
    const notifications = (await fixture.effects(key)).filter(({ name }) => name === 'instructor.notify');
    expect(notifications.map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('marks its review when the attempt is removed later, and what it was before goes to its history', async () => {
    const key = await submitted();
    await decideCallback(key, await storeCallback(key));
    expect(await review(key)).toMatchObject({ isAttemptArchived: false, history: [] });
    const { attemptCode } = await fixture.attempt(key);
    await fixture.decide(key, { type: 'remove' });
    const [marked] = await reviewsOfAttempt(fixture.knex, attemptCode);
    expect(marked).toMatchObject({ isAttemptArchived: true, history: [{ reviewStatus: 'Clean' }] });
  });

  it('that says "ready" opens an attempt, and is applied without a trace where there is nothing to open', async () => {
    const key = await fixture.created();
    const first = await storeCallback(key, { kind: 'ready' });
    expect(await decideCallback(key, first, 'providerReady')).toMatchObject({
      state: { attempt: { status: 'ready_to_start' } },
    });
    const second = await storeCallback(key, { kind: 'ready' });
    await fixture.change(key, 'started');
    expect(await decideCallback(key, second, 'providerReady')).toMatchObject({
      state: { attempt: { status: 'started' } },
    });
    expect(await findCallback(fixture.knex, second)).toMatchObject({ state: 'applied' });
  });

  it('is to be delivered until it is applied, but not again within the grace time', async () => {
    const key = await submitted();
    const inboxId = await storeCallback(key);
    const due = async (graceMs: number): Promise<boolean> =>
      (await callbacksToDeliver(fixture.knex, { graceMs, limit: 100 })).some((one) => one.inboxId === inboxId);
    expect(await due(60_000)).toBe(true);
    await markDelivered(fixture.knex, [inboxId]);
    expect([await due(60_000), await due(0)]).toEqual([false, true]);
    await decideCallback(key, inboxId);
    expect(await due(0)).toBe(false);
  });
});

it('A person’s second look replaces the review, keeps the old one and decides.', async () => {
  const key = await submitted();
  await decideCallback(key, await storeCallback(key, { reviewStatus: 'Suspicious' }));
  const { reviewId = '' } = (await review(key)) ?? {};
  const look = { type: 'setReview', reviewId, reviewStatus: 'Clean', requestedBy: 'operator' } as const;
  expect(await fixture.decide(key, look)).toMatchObject({ state: { attempt: { status: 'verified' } } });
  expect(await review(key)).toMatchObject({
    reviewStatus: 'Clean',
    reviewedBy: 'operator',
    history: [{ reviewStatus: 'Suspicious', reviewedBy: null }],
  });
  expect(await fixture.decide(key, { ...look, reviewId: '0' })).toMatchObject({ code: 'review-not-found' });
});

it('An attempt belongs to the provider that registered it, whatever becomes of its exam.', async () => {
  const key = await fixture.created();
  for (const change of [{ provider: 'another' }, { is_proctored: false }]) {
    await fixture.knex('exams').where({ id: key.examId }).update(change);
    const located = await findByKey(fixture.knex, key, new Date());
    expect([located?.provider, located?.ref.provider]).toEqual([FIXTURE_PROVIDER, FIXTURE_PROVIDER]);
  }
});
