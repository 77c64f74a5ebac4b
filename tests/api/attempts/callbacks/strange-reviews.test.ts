import { parseSealingKeys } from '../../../../config/sealing-keys';
import { openReviewLink } from '../../../../db/attempts/reviews/links';
import { CallbackFixture, KEYS, payload } from './callback-fixture';

let fixture: CallbackFixture;
beforeAll(async () => {
  fixture = await CallbackFixture.start();
});
afterAll(() => fixture.api.stop());

async function storedBody(code: string): Promise<Record<string, unknown>> {
  const row = (await fixture.api.database.db('review_inbox').where({ attempt_code: code }).first()) as {
    body: Record<string, unknown>;
  };
  return row.body;
}

const comment = (text: string) => ({
  comments: text,
  duration: 2,
  eventStart: 1,
  eventFinish: 3,
  eventStatus: 'Clean',
});

describe('A review counts whatever characters its notes have', () => {
  test.each(['x\udc00', 'x\ud83d', 'x\0', '\udc00\ud83d', 'x\\u0000\0'])(
    'as SoftwareSecure sends it, with %j.',
    async (text) => {
      const attempt = await fixture.attemptAt('psi');
      const body = payload(attempt, { webCamComments: [comment(text)], [text]: text });
      expect((await fixture.post('psi', body)).status).toBe(202);
      const mended = text.replace('\0', '\ufffd').replace(/\p{Cs}/gu, '\ufffd');
      expect(await storedBody(attempt.code)).toMatchObject({
        webCamComments: [{ comments: mended }],
        [mended]: mended,
      });
    },
  );

  test('as REST vendors send it.', async () => {
    const attempt = await fixture.attemptAt('rest');
    const comments = [{ comment: 'half \ud83d', status: 'ok' }];
    expect((await fixture.reviewed(attempt, { status: 'passed', comments })).status).toBe(202);
    expect(await storedBody(attempt.code)).toMatchObject({ comments: [{ comment: 'half \ufffd' }] });
  });

  test('but a "ready" is no review.', async () => {
    const attempt = await fixture.attemptAt('rest', { status: 'created', completedAt: null });
    const url = `/v1/providers/rest/attempts/${attempt.externalId}/ready`;
    const caller = { sub: 'vendor', scope: 'callbacks', provider: 'rest' };
    expect(await fixture.api.call(caller, 'POST', url, { status: 'ready', note: '\0' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/note' }] },
    });
  });
});

describe('Times of comments may be text, and fractions are cut', () => {
  test.each([
    [{ eventStart: '5', eventFinish: '10', duration: '5' }],
    [{ eventStart: 5.9, eventFinish: '10.5', duration: 0.99 }],
  ])('%j', async (times) => {
    const attempt = await fixture.attemptAt('psi');
    const body = payload(attempt, { webCamComments: [{ ...comment('c'), ...times }] });
    expect((await fixture.post('psi', body)).status).toBe(202);
  });

  test.each(['five', '', '5s', null, '1e3'])('but %j is none.', async (eventStart) => {
    const attempt = await fixture.attemptAt('psi');
    const body = payload(attempt, { webCamComments: [{ ...comment('c'), eventStart }] });
    expect((await fixture.post('psi', body)).status).toBe(400);
  });
});

describe('A link to a recording', () => {
  test('is kept when it is http or https.', async () => {
    const attempt = await fixture.attemptAt('psi');
    await fixture.post('psi', payload(attempt, { videoReviewLink: 'https://psi.example.org/1' }));
    const { videoReviewLink } = await storedBody(attempt.code);
    expect(openReviewLink(parseSealingKeys(KEYS), videoReviewLink as string, attempt.code)).toBe(
      'https://psi.example.org/1',
    );
  });

  test.each(['javascript:alert(1)', ' https://x', 'data:text/html,x', 'ftp://x/1', ''])(
    '%j counts as none.',
    async (link) => {
      const attempt = await fixture.attemptAt('psi');
      expect((await fixture.post('psi', payload(attempt, { videoReviewLink: link }))).status).toBe(202);
      expect(await storedBody(attempt.code)).toMatchObject({ videoReviewLink: null });
    },
  );
});

test('A provider of the REST protocol has no SoftwareSecure address: its attempts cannot be reviewed without a token.', async () => {
  const attempt = await fixture.attemptAt('rest');
  expect(await fixture.post('rest', payload(attempt))).toMatchObject({
    status: 403,
    body: { code: 'callback-refused' },
  });
  expect(await fixture.waiting(attempt)).toEqual([]);
});
