import { storeReview } from '../../../../db/attempts/reviews/reviews';
import type { Attempt } from '../../../../domain/attempts/model';
import { OPERATOR } from '../../../support/api-fixture';
import { anAttempt, anExam, created, NOW } from '../../../support/attempt-builders';
import { CallbackFixture, VENDOR } from './callback-fixture';

let vendors: CallbackFixture;

beforeAll(async () => {
  vendors = await CallbackFixture.start();
});

afterAll(() => vendors.api.stop());

describe('A review by the REST protocol', () => {
  test('is stored with a token of scope callbacks and the right provider.', async () => {
    const attempt = await vendors.attemptAt('rest');
    expect((await vendors.reviewed(attempt, { status: 'passed', comments: [] })).status).toBe(202);
    expect(await vendors.waiting(attempt)).toHaveLength(1);
  });

  test('needs the scope, and the provider of the token.', async () => {
    const attempt = await vendors.attemptAt('rest');
    const body = { status: 'passed' };
    expect((await vendors.reviewed(attempt, body, { sub: 'x', scope: 'attempts:write' })).status).toBe(403);
    expect((await vendors.reviewed(attempt, body, { ...VENDOR, provider: 'psi' })).status).toBe(404);
    expect(await vendors.audited(attempt.code)).toEqual(['callback.foreign-provider', 'callback.refused']);
    expect(await vendors.waiting(attempt)).toEqual([]);
  });

  test('of an unknown word is 400, of an unknown attempt 404.', async () => {
    const attempt = await vendors.attemptAt('rest');
    expect(await vendors.reviewed(attempt, { status: 'bogus' })).toMatchObject({ body: { code: 'bad-review-status' } });
    expect((await vendors.reviewed({ ...attempt, externalId: 'nobody' }, { status: 'passed' })).status).toBe(404);
  });

  test('is 412 once the exam is no longer proctored.', async () => {
    const exam = await anExam(vendors.api.database.db, { isProctored: false, provider: 'rest' });
    const attempt = anAttempt(exam.id, {
      userId: 'u-timed',
      externalId: 'ext-timed',
      provider: 'rest',
      status: 'submitted',
    });
    await created(vendors.api.database.db, attempt);
    expect(await vendors.reviewed(attempt, { status: 'passed' })).toMatchObject({
      status: 412,
      body: { code: 'exam-no-longer-proctored' },
    });
  });
});

describe('A readiness callback', () => {
  test('of SoftwareSecure redirects to the exam, and one that can be opened is signalled to the workflow once.', async () => {
    const attempt = await vendors.attemptAt('psi', { status: 'created', completedAt: null });
    const launch = { method: 'GET', url: `/v1/providers/psi/start/${attempt.code}` } as const;
    for (const answer of [await vendors.api.send(launch), await vendors.api.send(launch)]) {
      expect(answer.status).toBe(302);
      expect(answer.headers['location']).toMatch(/^https:\/\/platform\.example\.org\/courses\/.+\/jump_to\/block-/);
    }
    expect(await vendors.waiting(attempt)).toHaveLength(1);
  });

  test('of SoftwareSecure for an exam in progress changes nothing, and leads there all the same.', async () => {
    const attempt = await vendors.attemptAt('psi', { status: 'started', completedAt: null });
    expect((await vendors.api.send({ method: 'GET', url: `/v1/providers/psi/start/${attempt.code}` })).status).toBe(
      302,
    );
    expect(await vendors.waiting(attempt)).toEqual([]);
  });

  test('by the REST protocol is 202.', async () => {
    const attempt = await vendors.attemptAt('rest', { status: 'created', completedAt: null });
    const url = `/v1/providers/rest/attempts/${attempt.externalId}/ready`;
    expect((await vendors.api.call(VENDOR, 'POST', url, { status: 'ready' })).status).toBe(202);
    expect((await vendors.api.call(VENDOR, 'POST', url, { status: 'set' })).status).toBe(400);
    expect(await vendors.waiting(attempt)).toHaveLength(1);
  });
});

describe('Stored reviews', () => {
  async function aReview(
    attempt: Attempt,
    reviewStatus: 'Clean' | 'Suspicious',
    replaces: string | null,
  ): Promise<void> {
    const content = { reviewStatus, videoUrl: null, reviewedBy: null, rawData: { a: 1 }, inboxId: null, replaces };
    const comments = [{ startTime: 1, stopTime: 2, duration: 1, comment: reviewStatus, status: 's' }];
    const write = {
      ...content,
      comments,
      attempt,
      isAttemptArchived: false,
      provider: 'psi',
      channel: 'rest',
    } as const;
    await vendors.api.database.db.transaction((trx) => storeReview(trx, write, { courseId: 'c', now: NOW }));
  }

  test('are shown with all comments and what they were before, and a person’s look goes to the workflow.', async () => {
    const attempt = await vendors.attemptAt('psi');
    const url = `/v1/attempts/${attempt.code}/reviews`;
    await aReview(attempt, 'Suspicious', null);
    const [first] = (await vendors.api.call(OPERATOR, 'GET', url)).body['items'] as { reviewId: string }[];
    const reviewId = first?.reviewId ?? '';
    await aReview(attempt, 'Clean', reviewId);
    expect((await vendors.api.call(OPERATOR, 'GET', url)).body).toMatchObject({
      items: [
        {
          reviewId,
          reviewStatus: 'Clean',
          comments: [{ comment: 'Suspicious' }, { comment: 'Clean' }],
          history: [{ reviewStatus: 'Suspicious' }],
        },
      ],
    });
    const look = await vendors.api.call(OPERATOR, 'PATCH', `/v1/reviews/${reviewId}`, {
      reviewStatus: 'Rules Violation',
    });
    expect(look.status).toBe(200);
    expect(vendors.api.gateway.executions.at(-1)).toMatchObject({
      update: 'setReview',
      input: { reviewId, reviewStatus: 'Rules Violation' },
    });
    // Who it is stands with the request: a subject may be an address, and Temporal gets none.
    expect(JSON.stringify(vendors.api.gateway.executions)).not.toContain('operator');
  });

  test('are changed by operators only, in known words, and if they exist.', async () => {
    const body = { reviewStatus: 'Clean' };
    expect((await vendors.api.call(VENDOR, 'PATCH', '/v1/reviews/1', body)).status).toBe(403);
    expect((await vendors.api.call(OPERATOR, 'PATCH', '/v1/reviews/1', { reviewStatus: 'nice' })).status).toBe(400);
    expect((await vendors.api.call(OPERATOR, 'PATCH', '/v1/reviews/999999', body)).status).toBe(404);
  });
});
