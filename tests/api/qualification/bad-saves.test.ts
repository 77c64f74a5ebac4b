import type { ApiAnswer } from '../../../dev/api-client';
import type { ApiFixture } from '../../support/api-fixture';
import { ANNE, DEPARTMENT_ADMIN, inDays, type SemesterFixture } from '../../support/semester';
import { BadInputFixture, pointersOf } from './bad-input-fixture';

const Q = '/v1/periods/spring/qualification';

let fixture: BadInputFixture;
let api: ApiFixture;
let semester: SemesterFixture;
let draftId: string;

beforeAll(async () => {
  fixture = await BadInputFixture.start();
  ({ api, semester, draftId } = fixture);
});

afterAll(() => fixture.stop());
beforeEach(() => fixture.remember());
afterEach(() => fixture.expectUnchanged());

const post = (path: string, body: unknown): Promise<ApiAnswer> => fixture.post(path, body);

describe('A save that cannot be', () => {
  const saves: [string, object, string[]][] = [
    ['has no status', {}, ['']],
    ['has a status nobody knows', { status: 'READY' }, ['/status']],
    ['is notready, which is a retraction', { status: 'notready', message: 'm' }, ['/status']],
    [
      'leaves students of another period undecided',
      { status: 'almostready', message: 'm', undecided: ['dee'] },
      ['/undecided/0'],
    ],
    [
      'lets unknown students qualify',
      { status: 'ready', qualified: ['ada', 'nobody', 'dee'] },
      ['/qualified/1', '/qualified/2'],
    ],
    ['is final, with students undecided', { status: 'ready', undecided: ['ada'] }, ['/undecided']],
  ];

  it.each(saves)('because it %s is 400 with its places', async (_, body, places) => {
    const answer = await post(`/drafts/${draftId}/save`, body);
    expect(answer.status).toBe(400);
    if (places[0] !== '') expect(pointersOf(answer)).toEqual(places);
  });

  it('because it is decided by hand without a word is 400', async () => {
    const byHand = await semester.draft({ plugin: null, settings: { students: ['ada'] } });
    await fixture.remember();
    for (const message of [undefined, null, '', ' \n\u00a0']) {
      const answer = await post(`/drafts/${String(byHand.body['draftId'])}/save`, { status: 'ready', message });
      expect([answer.status, pointersOf(answer)]).toEqual([400, ['/message']]);
    }
  });

  it('counts a student that is named twice once', async () => {
    const answer = await post('/what-if', { plugin: 'select', settings: { students: ['ada', 'ada', 'bo'] } });
    expect(answer.body).toMatchObject({ counts: { qualify: 2 }, settings: { students: ['ada', 'bo'] } });
  });

  it('hears which answers are others since the draft was made, when somebody saved meanwhile', async () => {
    const late = String(
      (await semester.draft({ plugin: 'approved.subset', settings: { assignments: ['a1'] } })).body['draftId'],
    );
    await semester.saveReady();
    const refused = await post(`/drafts/${late}/save`, { status: 'ready' });
    expect(refused.body).toMatchObject({ code: 'status-changed-meanwhile', differing: 2 });
    const differences = refused.body['differences'] as { userId: string; before: boolean; after: boolean }[];
    expect(differences.map(({ userId, before: was, after }) => [userId, was, after])).toEqual([
      ['bo', false, true],
      ['cy', false, true],
    ]);
    await fixture.remember();
  });
});

describe('An ended period', () => {
  it('takes no draft, no other choice and no save, but a retraction and an export mark', async () => {
    await semester.putPeriod('spring', 'maths', { endsAt: inDays(-1) });
    await fixture.remember();
    const choice = { plugin: 'approved.all' };
    const answers = [
      await post('/drafts', choice),
      await api.call(ANNE, 'PATCH', `${Q}/drafts/${draftId}`, choice),
      await post(`/drafts/${draftId}/save`, { status: 'ready', acceptNewerStatus: true }),
    ];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(answers.map(() => [409, 'period-ended']));
    await fixture.expectUnchanged();
    expect((await post('/what-if', choice)).status).toBe(200);
    const mark = await api.call(DEPARTMENT_ADMIN, 'POST', `${Q}/statuses/1/exported`, {});
    expect([mark.status, (await post('/retract', { message: 'no' })).status]).toEqual([201, 201]);
    await fixture.remember();
  });
});
