import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Platform, ProctoringClient } from '../../../../clients/platform/services';
import { readSettings } from '../../../../config/settings';
import { buildPlatform } from '../../../../worker/build-platform';
import { call, failure } from '../platform-fixture';

interface Seen {
  address: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** A vendor that does the least edX's protocol asks for. */
let vendor: Server;
let platform: Platform;
let provider: ProctoringClient;
let seen: Seen[];
let tokenAnswer: object;

beforeEach(async () => {
  seen = [];
  tokenAnswer = { access_token: 'vendors-token', token_type: 'JWT' };
  vendor = createServer((request, response) => {
    void answer(request).then((body) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    );
  });
  vendor.listen(0, '127.0.0.1');
  await once(vendor, 'listening');
  const baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const access = { baseUrl, clientId: 'invigil', clientSecret: 'secret' };
  platform = buildPlatform(
    readSettings({
      DATABASE_URL: 'postgres://127.0.0.1/none',
      PUBLIC_URL: 'https://exams.example.org/',
      INVIGIL_PROVIDERS: JSON.stringify([
        { name: 'plain', title: 'P', supportsOnboarding: false, ruleSet: 'current', ...access },
      ]),
    }),
  );
  provider = platform.provider('plain') as ProctoringClient;
});
afterEach(async () => {
  await platform.close();
  vendor.close();
});

async function answer(request: IncomingMessage): Promise<unknown> {
  const chunks = (await request.toArray()) as Buffer[];
  const text = Buffer.concat(chunks).toString('utf8');
  const { url: address = '', headers, method } = request;
  if (address === '/oauth2/access_token') return tokenAnswer;
  seen.push({
    address,
    authorization: headers.authorization,
    body: text === '' ? {} : (JSON.parse(text) as Seen['body']),
  });
  return method === 'DELETE' ? false : { id: 'vendor-1' };
}

const REGISTRATION = {
  examId: 7,
  attemptCode: 'A-CODE',
  userId: 'u1',
  examName: 'Exam',
  courseId: 'course-v1:Org+Course+Run',
  timeLimitMins: 90,
  isSampleAttempt: false,
  fullName: '',
  email: '',
  reviewPolicy: null,
  reviewPolicyException: null,
};

it('A vendor is told where to call back, as edX tells it.', async () => {
  expect(await provider.register(REGISTRATION, call())).toEqual({ outcome: 'registered', externalId: 'vendor-1' });
  expect(seen[0]?.body).toMatchObject({
    lms_host: 'https://exams.example.org',
    status: 'created',
    full_name: '',
    email: '',
  });
});

it.each([
  ['no life', {}],
  ['its life as text', { expires_in: '3600' }],
])('A vendor’s token with %s is used.', async (_, life) => {
  tokenAnswer = { ...tokenAnswer, ...life };
  await provider.register(REGISTRATION, call());
  expect(seen[0]?.authorization).toBe('JWT vendors-token');
});

it('An answer without a token is none.', async () => {
  tokenAnswer = {};
  expect((await failure(provider.register(REGISTRATION, call()))).message).toContain('malformed answer');
  expect(seen).toEqual([]);
});

it('A vendor that answers false to the deletion of a learner has not deleted.', async () => {
  const error = await failure(provider.deleteUser('u1', call()));
  expect([error.kind, error.message]).toEqual(['refused', 'plain says that it did not delete the learner']);
});
