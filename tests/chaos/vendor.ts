import { softwareSecureReview } from '../../dev/software-secure';
import type { ChaosStack, ChaosCourse } from './chaos-stack';

/** What a vendor knows of an attempt. */
export interface Reviewed {
  code: string;
  externalId: string;
}

/** Posts SoftwareSecure's review. @returns the status of the answer */
export async function callBack(
  { api }: ChaosStack,
  reviewed: Reviewed,
  reviewStatus: string,
  provider = 'software_secure',
): Promise<number> {
  const body = softwareSecureReview(reviewed, { reviewStatus });
  const path = `/providers/${provider}/reviews`;
  return (await api.request({ method: 'POST', path, body, key: null, token: null })).status;
}

/**
 * Attempts that wait for their review, as rows of workflows that sleep. Straight into the tables: making a thousand over HTTP
 * takes longer than what is tested.
 */
export async function handedIn({ chaos, courseId, examId }: ChaosCourse, count: number): Promise<Reviewed[]> {
  const seedParams = { courseId, examId, count };
  await chaos.knex.raw(LEARNERS, seedParams);
  const { rows } = await chaos.knex.raw<{ rows: Reviewed[] }>(ATTEMPTS, seedParams);
  return rows;
}

const LEARNERS = `
  insert into learners (user_id, username, email, full_name)
  select id, id, id || '@example.org', 'A Learner'
  from generate_series(1, cast(:count as int)) i, lateral (select :courseId || '-row-' || i as id) named`;

const ATTEMPTS = `
  insert into attempts (id, exam_id, code, number, course_id, user_id, student_name, status, taking_as_proctored,
    is_sample_attempt, external_id, allowed_time_limit_mins, started_at, completed_at, is_resumable, ready_to_resume, resumed,
    is_current, version, confirmed_version, created_at, modified_at)
  select gen_random_uuid(), :examId, gen_random_uuid()::text, 1, :courseId, :courseId || '-row-' || i, 'A Learner',
    'submitted', true, false, gen_random_uuid()::text, 60, now() - interval '1 hour', now(), false, false, false, true, 3, 3,
    now() - interval '2 hours', now()
  from generate_series(1, cast(:count as int)) i
  returning code, external_id as "externalId"`;
