import { ApiError } from '../../../contracts/api-error';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { aView } from '../../support/recording-gateway';

describe('An answer that cannot be kept because Postgres went away', () => {
  let api: ApiFixture;
  let attempts: string;

  beforeEach(async () => {
    api = await ApiFixture.start();
    await api.call(OPERATOR, 'PUT', '/v1/courses/c-1', { name: 'A course' });
    await api.call(OPERATOR, 'PUT', '/v1/learners/u-1', { username: 'a', email: 'a@example.org', fullName: 'Ann' });
    const exam = { courseId: 'c-1', contentId: 'block', examName: 'An exam', timeLimitMins: 60 };
    attempts = `/v1/exams/${String((await api.call(OPERATOR, 'POST', '/v1/exams', exam)).body['examId'])}/attempts`;
  });

  afterEach(() => api.stop());

  test.each(['accepted', 'refused'])('is not given: a command that was %s is answered 503.', async (outcome) => {
    api.gateway.answer = async ({ key }) => {
      await api.database.db.destroy();
      if (outcome === 'refused') throw new ApiError('attempt-already-exists');
      return aView(key);
    };
    const answer = await api.call(OPERATOR, 'POST', attempts, { userId: 'u-1', takingAsProctored: false }, 'a-key');
    expect(answer).toMatchObject({ status: 503, body: { status: 503, code: 'database-unavailable' } });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json; charset=utf-8' });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.headers['location']).toBeUndefined();
  });
});
