import { randomBytes } from 'node:crypto';
import { buildActivities } from '../../../../activities/build-activities';
import { buildApp } from '../../../../api/app';
import type { Platform } from '../../../../clients/platform/services';
import { parseSealingKeys } from '../../../../config/sealing-keys';
import { readSettings, type Settings } from '../../../../config/settings';
import type { AttemptActivities } from '../../../../contracts/attempts/activities';
import { callbackCommand } from '../../../../contracts/attempts/messages';
import { openReviewLink, sealReviewLink } from '../../../../db/attempts/reviews/links';
import { UnsealError } from '../../../../db/core/sealed';
import { waitUntil } from '../../../../dev/wait-until';
import type { Attempt } from '../../../../domain/attempts/model';
import { buildPlatform } from '../../../../worker/build-platform';
import { OPERATOR } from '../../../support/api-fixture';
import { everythingIn } from '../../../support/database-text';
import { RecordingGateway } from '../../../support/recording-gateway';
import { CallbackFixture, CALLBACK_ENV, KEYS, payload, SECRET } from '../callbacks/callback-fixture';

const CANARY = `canary-${randomBytes(12).toString('hex')}`;
const ENCODED = [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 24), Buffer.from(CANARY).toString('hex')];
const link = (name: string): string => `https://vendor.example/${CANARY}/${name}`;
const proven = { 'x-callback-secret': SECRET };

let vendors: CallbackFixture;
let settings: Settings;
let platform: Platform;
let activities: AttemptActivities;
beforeAll(async () => {
  vendors = await CallbackFixture.start();
  const { database, gateway, keyFile } = vendors.api;
  settings = readSettings({ ...CALLBACK_ENV, DATABASE_URL: database.url, AUTH_DEV_KEY_FILE: keyFile });
  platform = buildPlatform(settings);
  activities = buildActivities({ ...settings, knex: database.db, platform, gateway });
});
afterAll(async () => {
  const { db } = vendors.api.database;
  const unsignalled = (): Promise<unknown[]> => db('review_inbox').whereNull('signalled_at');
  await waitUntil(async () => (await unsignalled()).length === 0, { what: 'every workflow told', timeoutMs: 10_000 });
  await platform.close();
  await vendors.api.stop();
});

interface ReviewOnPage {
  reviewId: string;
  videoUrl: string | null;
  history: { videoUrl: string | null }[];
}

async function reviewsOf({ code }: Attempt): Promise<ReviewOnPage[]> {
  const answer = await vendors.api.call(OPERATOR, 'GET', `/v1/attempts/${code}/reviews`);
  return answer.body['items'] as ReviewOnPage[];
}

/** The worker's part: every waiting callback is decided. */
async function decideAll(attempt: Attempt): Promise<void> {
  const { examId, userId, number: attemptNumber } = attempt;
  for (const inboxId of await vendors.waiting(attempt)) {
    const { commandId } = callbackCommand(inboxId);
    const command = { type: 'review', inboxId } as const;
    const input = {
      key: { examId, userId, attemptNumber },
      commandId,
      command,
      nowMs: Date.now(),
      confirmedVersion: 0,
    };
    expect(await activities.decide(input)).toMatchObject({ kind: 'applied' });
  }
}

async function reviewed(attempt: Attempt, name: string, reviewStatus = 'Clean'): Promise<void> {
  const body = payload(attempt, { videoReviewLink: link(name), reviewStatus });
  expect((await vendors.post('guarded', body, proven)).status).toBe(202);
  await decideAll(attempt);
}

async function remove({ examId, userId, number: attemptNumber }: Attempt): Promise<void> {
  const key = { examId, userId, attemptNumber };
  const command = { type: 'remove' } as const;
  const input = { key, commandId: 'removal', command, nowMs: Date.now(), confirmedVersion: 0 };
  expect(await activities.decide(input)).toMatchObject({ kind: 'ask' });
  await activities.askOutside(input);
  expect(await activities.decide(input)).toMatchObject({ kind: 'applied' });
}

test('A link to a recording is in no table in clear, whatever happens to its review, and is shown to whoever may see it.', async () => {
  const attempt = await vendors.attemptAt('guarded');
  await reviewed(attempt, 'first', 'Suspicious');
  await reviewed(attempt, 'second');
  expect(await reviewsOf(attempt)).toMatchObject([
    { videoUrl: link('second'), history: [{ videoUrl: link('first') }] },
  ]);

  const [{ reviewId } = { reviewId: '' }] = await reviewsOf(attempt);
  const look = { reviewStatus: 'Rules Violation' };
  for (const replayed of [undefined, 'true']) {
    const answer = await vendors.api.call(OPERATOR, 'PATCH', `/v1/reviews/${reviewId}`, look, 'a-key');
    expect(answer).toMatchObject({ status: 200, body: { videoUrl: link('second') } });
    expect(answer.headers['idempotent-replayed']).toBe(replayed);
  }

  const atRest = await vendors.attemptAt('rest');
  const body = { status: 'passed', comments: [], videoReviewLink: link('rest') };
  expect((await vendors.reviewed(atRest, body)).status).toBe(202);
  const forged = payload({ ...attempt, externalId: 'guessed' }, { videoReviewLink: link('forged') });
  expect((await vendors.post('guarded', forged, proven)).status).toBe(403);

  await remove(attempt);
  expect(await reviewsOf(attempt)).toMatchObject([
    { history: [{ videoUrl: link('second') }, { videoUrl: link('first') }] },
  ]);

  const dump = await everythingIn(vendors.api.database.url);
  expect(dump).toContain('"video_url": "sealed:');
  expect(dump).toContain('"videoReviewLink": "sealed:');
  for (const text of ENCODED) expect(dump).not.toContain(text);
});

test('The same review twice is one callback, although its link is sealed differently each time.', async () => {
  const attempt = await vendors.attemptAt('guarded');
  const body = payload(attempt, { videoReviewLink: link('twice') });
  for (const _ of [1, 2]) expect((await vendors.post('guarded', body, proven)).status).toBe(202);
  expect(await vendors.waiting(attempt)).toHaveLength(1);
  expect(await vendors.audited(attempt.code)).toEqual(['callback.replayed']);
});

test('A review without a link has none, and one stored in clear by an older version is shown as it is.', async () => {
  const attempt = await vendors.attemptAt('guarded');
  expect((await vendors.post('guarded', payload(attempt, { videoReviewLink: null }), proven)).status).toBe(202);
  await decideAll(attempt);
  expect(await reviewsOf(attempt)).toMatchObject([{ videoUrl: null }]);
  const old = 'https://vendor.example/old';
  await vendors.api.database.db('reviews').where({ attempt_code: attempt.code }).update({ video_url: old });
  expect(await reviewsOf(attempt)).toMatchObject([{ videoUrl: old }]);
});

test('A sealed link opens for its own attempt only.', () => {
  const keys = parseSealingKeys(KEYS);
  const kept = sealReviewLink(keys, link('own'), 'A');
  expect(openReviewLink(keys, kept, 'A')).toBe(link('own'));
  expect(() => openReviewLink(keys, kept, 'B')).toThrow(UnsealError);
  expect(() => openReviewLink(undefined, kept, 'A')).toThrow(UnsealError);
});

test('Without keys a review with a link is rejected and not stored, and a sealed link is not ignored.', async () => {
  const attempt = await vendors.attemptAt('guarded');
  await reviewed(attempt, 'before');
  const { credentialKeys: _, ...keyless } = settings;
  const { database } = vendors.api;
  const app = await buildApp({ settings: keyless, knex: database.db, temporal: new RecordingGateway() });
  const url = '/v1/providers/guarded/reviews';
  const sent = payload(attempt, { videoReviewLink: link('keyless') });
  const refused = await app.inject({ method: 'POST', url, headers: proven, payload: sent });
  const headers = { authorization: `Bearer ${await vendors.api.token(OPERATOR)}` };
  const look = await app.inject({ method: 'GET', url: `/v1/attempts/${attempt.code}/reviews`, headers });
  for (const answer of [refused, look]) {
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'credential-keys-missing']);
  }
  expect(await vendors.waiting(attempt)).toEqual([]);
  const plain = payload(attempt, { videoReviewLink: null });
  expect((await app.inject({ method: 'POST', url, headers: proven, payload: plain })).statusCode).toBe(202);
  await app.close();
});
