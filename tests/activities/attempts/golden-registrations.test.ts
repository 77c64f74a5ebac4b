import type { AttemptKey } from '../../../contracts/attempts/messages';
import { putAllowances } from '../../../db/attempts/allowances';
import { setClock } from '../../../db/courses/courses';
import { patchExam } from '../../../db/courses/exams';
import { putReviewPolicy } from '../../../db/courses/review-policies';
import type { GoldenCase } from '../../golden/cases';
import { casesOf, goldenNow } from '../../golden/families';
import { minutesAfter } from '../../golden/instants';
import { AttemptFixture } from '../../support/attempt-fixture';

interface RegistrationCase extends GoldenCase {
  policy: string | null;
  exception: string | null;
  extra_minutes: string | null;
}

const now = goldenNow('timing');
let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
});
afterAll(() => fixture.stop());

/** The case's exam and learner, at T0 of the course's clock. */
async function prepared(one: RegistrationCase): Promise<AttemptKey> {
  const { knex } = fixture;
  const key = await fixture.newKey({ fullName: 'Learner u1' });
  const { examId, userId } = key;
  const dueDate = one.due_in_minutes == null ? null : minutesAfter(now, one.due_in_minutes);
  await patchExam(knex, examId, { dueDate, timeLimitMins: one.time_limit_mins ?? 60 });
  await setClock(knex, `course-${userId}`, { frozenAt: now });
  if (one.policy !== null) await putReviewPolicy(knex, { examId, policy: one.policy, editedBy: null }, now);
  const allowances = { additional_time_granted: one.extra_minutes, review_policy_exception: one.exception };
  for (const [name, value] of Object.entries(allowances)) {
    if (value !== null) await putAllowances(knex, [{ examId, userId, key: name, value }]);
  }
  return key;
}

it.each(casesOf<RegistrationCase>('timing', 'registration_content').map((one) => [one]))(
  'A provider gets minutes, policy and exception as recorded (%#)',
  async (one) => {
    const key = await prepared(one);
    await fixture.decide(key, { type: 'create', takingAsProctored: true });
    const recorded = one.effects?.find((effect) => effect.do === 'backend.register');
    const {
      review_policy = null,
      review_policy_exception = null,
      time_limit_mins,
      full_name,
      is_sample_attempt,
    } = recorded as Record<string, unknown>;
    const sent = fixture.simulator.journal
      .log({ service: 'provider:psi' })
      .filter(({ method, path }) => method === 'POST' && path.endsWith(`/exam/${key.examId}/attempt/`));
    expect(sent.map(({ body }) => body)).toMatchObject([
      { review_policy, review_policy_exception, time_limit_mins, full_name, is_sample_attempt },
    ]);
  },
);
