import { findCallback } from '../../../../db/attempts/reviews/inbox';
import { waitUntil } from '../../../../dev/wait-until';
import { anAttempt } from '../../../support/attempt-builders';
import { CallbackFixture, payload, SECRET } from './callback-fixture';

let vendors: CallbackFixture;

beforeAll(async () => {
  vendors = await CallbackFixture.start();
});

afterAll(() => vendors.api.stop());

describe('A SoftwareSecure review', () => {
  test('is stored as it came, but for the link to the recording, and answered 202 without a token.', async () => {
    const attempt = await vendors.attemptAt('psi');
    const body = payload(attempt, { scanner: { version: 3 } });
    const answer = await vendors.post('psi', body);
    expect(answer).toMatchObject({ status: 202, body: { attemptCode: attempt.code, state: 'received' } });
    expect(answer.headers['location']).toBe(`/v1/attempts/${attempt.code}/reviews`);
    const [inboxId = ''] = await vendors.waiting(attempt);
    expect(await findCallback(vendors.api.database.db, inboxId)).toMatchObject({
      body: { ...body, videoReviewLink: expect.stringMatching(/^sealed:v1\.c1\./) as string },
      state: 'received',
      trusted: false,
    });
  });

  test('is signalled to the workflow at once, by its inbox row alone.', async () => {
    const attempt = await vendors.attemptAt('psi');
    await vendors.post('psi', payload(attempt));
    const key = { examId: attempt.examId, userId: attempt.userId, attemptNumber: 1 };
    const signalsSent = (): object[] => vendors.api.gateway.signals.filter((one) => one.key.userId === attempt.userId);
    await waitUntil(() => signalsSent().length > 0, { what: 'the signal', timeoutMs: 10_000 });
    expect(signalsSent()).toEqual([expect.objectContaining({ signal: 'reviewReceived', key })]);
  });

  test('is stored and answered 202 while Temporal is down.', async () => {
    const attempt = await vendors.attemptAt('psi');
    const down = jest.spyOn(vendors.api.gateway, 'signalWithStart').mockRejectedValue(new Error('down'));
    expect((await vendors.post('psi', payload(attempt))).status).toBe(202);
    down.mockRestore();
    expect(await vendors.waiting(attempt)).toHaveLength(1);
  });

  test('that comes a hundred times at once is kept once, and every copy is answered 202.', async () => {
    const attempt = await vendors.attemptAt('psi');
    const answers = await Promise.all(Array.from({ length: 100 }, () => vendors.post('psi', payload(attempt))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await vendors.waiting(attempt)).toHaveLength(1);
    expect(await vendors.audited(attempt.code)).toEqual(Array(99).fill('callback.replayed'));
  });

  test('with another verdict for an attempt that has a review waiting is 409 where updates are not allowed.', async () => {
    const attempt = await vendors.attemptAt('psi');
    await vendors.post('psi', payload(attempt));
    const answer = await vendors.post('psi', payload(attempt, { reviewStatus: 'Suspicious' }));
    expect(answer).toMatchObject({ status: 409, body: { code: 'review-already-exists' } });
    expect(await vendors.waiting(attempt)).toHaveLength(1);
    expect(await vendors.audited(attempt.code)).toEqual(['callback.replayed']);
  });

  test.each([
    ['an unknown word', { reviewStatus: 'clean' }, 400, 'bad-review-status'],
    ['no word', { reviewStatus: undefined }, 400, 'bad-request'],
    ['no link to the video (classic)', { videoReviewLink: undefined }, 400, 'bad-request'],
    ['a comment without its times', { webCamComments: [{ comments: 'x' }] }, 400, 'bad-request'],
  ])('with %s is refused and not stored.', async (_, fault, status, code) => {
    const attempt = await vendors.attemptAt('psi');
    expect(await vendors.post('psi', payload(attempt, fault))).toMatchObject({ status, body: { code } });
    expect(await vendors.waiting(attempt)).toEqual([]);
  });

  test('matches the external id whatever its case, and audits one that is wrong.', async () => {
    const attempt = await vendors.attemptAt('psi', { externalId: 'Mixed-Case-1' });
    const forged = payload({ ...attempt, externalId: 'guessed' });
    expect(await vendors.post('psi', forged)).toMatchObject({ status: 403, body: { code: 'suspicious-lookup' } });
    expect(await vendors.audited(attempt.code)).toEqual(['callback.forged']);
    expect((await vendors.post('psi', payload({ ...attempt, externalId: 'MIXED-case-1' }))).status).toBe(202);
  });

  test('of an unknown attempt is 404 and audited.', async () => {
    const unknown = anAttempt(1, { code: 'NOBODY', externalId: 'x' });
    expect(await vendors.post('psi', payload(unknown))).toMatchObject({
      status: 404,
      body: { code: 'attempt-not-found' },
    });
    const [row] = await vendors.auditRows('provider:psi');
    const detail = { provider: 'psi', code: 'attempt-not-found', attemptCode: 'NOBODY' };
    expect(row).toMatchObject({ action: 'callback.forged', detail });
  });

  test('of another provider is 404, changes nothing and is audited.', async () => {
    const attempt = await vendors.attemptAt('rest');
    expect((await vendors.post('psi', payload(attempt))).status).toBe(404);
    expect(await vendors.audited(attempt.code)).toEqual(['callback.foreign-provider']);
    expect(await vendors.waiting(attempt)).toEqual([]);
  });

  test('needs the secret where the provider has one, and is trusted with it.', async () => {
    const attempt = await vendors.attemptAt('guarded');
    for (const headers of [{}, { 'x-callback-secret': 'wrong' }]) {
      expect(await vendors.post('guarded', payload(attempt), headers as Record<string, string>)).toMatchObject({
        status: 403,
        body: { code: 'callback-refused' },
      });
    }
    expect((await vendors.post('guarded', payload(attempt), { 'x-callback-secret': SECRET })).status).toBe(202);
    const [inboxId = ''] = await vendors.waiting(attempt);
    expect((await findCallback(vendors.api.database.db, inboxId))?.trusted).toBe(true);
  });

  test('is refused from an address that is not in the list.', async () => {
    expect((await vendors.post('fenced', payload(await vendors.attemptAt('fenced')))).status).toBe(403);
  });
});
