import { ApiFixture } from '../../support/api-fixture';
import { inDays, PLATFORM, SemesterFixture, SUBJECT_ADMIN } from '../../support/semester';

const periodId = 'spring';

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});

afterAll(() => api.stop());

describe('A deadline tag', () => {
  const put = (url: string, body: object): ReturnType<ApiFixture['call']> =>
    api.call(PLATFORM, 'PUT', `/v1${url}`, body);

  it('is one of a period at most: another one takes its place', async () => {
    for (const [tagId, tag] of [
      ['first', 'Early'],
      ['second', null],
    ]) {
      await put(`/deadline-tags/${tagId}`, { at: inDays(20), tag });
      await semester.putPeriod(periodId, 'maths', { deadlineTagId: tagId });
    }
    const listed = async (tag: string): Promise<unknown> => {
      const { body } = await semester.get(`/qualification/overview?deadlineTag=${tag}`, SUBJECT_ADMIN);
      return (body['items'] as { periodId: string }[]).map((item) => item.periodId);
    };
    expect([await listed('first'), await listed('second')]).toEqual([[], [periodId]]);
  });

  it('that is unknown, too long or without a date is refused, and nothing is stored', async () => {
    const dates = { startsAt: inDays(-1), endsAt: inDays(1) };
    const names = { nodeId: 'maths', shortName: 's', longName: 'l' };
    const answers = [
      await put(`/periods/${periodId}`, { ...names, ...dates, deadlineTagId: 'nowhere' }),
      await put('/deadline-tags/long', { at: inDays(1), tag: 'x'.repeat(31) }),
      await put('/deadline-tags/undated', { at: 'soon' }),
    ];
    const faults = answers.map(({ status, body }) => [status, (body['errors'] as { pointer: string }[])[0]?.pointer]);
    expect(faults).toEqual([
      [400, '/deadlineTagId'],
      [400, '/tag'],
      [400, '/at'],
    ]);
    const stored = await api.database.db('deadline_tags').whereIn('tag_id', ['nowhere', 'long', 'undated']);
    expect(stored).toEqual([]);
  });
});
