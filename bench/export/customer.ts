import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import { type StoredChannel, upsertChannel } from '../../db/exports/channels';
import { upsertCustomer } from '../../db/exports/customers';
import { importConsentRows, importEnrollmentRows, importLearnerRows } from '../../db/exports/import-rows';
import { simulatedSetup } from '../../dev/customer-set-up';

const PER_COURSE = 1_000;
const AT_ONCE = 1_000;

/** The record sent for every learner, and limits as a real channel has them. */
const LIMITS = { requestsPerSecond: 1_000, concurrency: 8, batchSize: 100 };

/** How many course runs so many enrollments are spread over; every second one is led by an instructor. */
export function coursesFor(enrollments: number): string[] {
  const courses = Math.max(1, Math.ceil(enrollments / PER_COURSE));
  return Array.from({ length: courses }, (_, n) => `course-v1:Bench+C${String(n).padStart(4, '0')}+2026`);
}

export function isLedByInstructor(courseRunId: string): boolean {
  return Number(/\+C(\d+)\+/.exec(courseRunId)?.[1]) % 2 === 1;
}

/** A customer with one learning record store, and as many learners as enrollments, all with consent. */
export async function importCustomer(
  knex: Knex,
  { enrollments, channelUrl, keys }: { enrollments: number; channelUrl: string; keys: SealingKeys },
  advance: (done: number) => void,
): Promise<StoredChannel> {
  const customerId = `bench-${enrollments}-${Date.now()}`;
  await upsertCustomer(knex, {
    id: customerId,
    name: 'Bench',
    slug: customerId,
    identityProvider: null,
    enableAuditEnrollment: true,
    enableAuditDataReporting: true,
  });
  const { channel: channelId, settings, credentials } = simulatedSetup('XAPI');
  const channel = await upsertChannel(
    knex,
    {
      customerId,
      channelId,
      kind: 'XAPI',
      baseUrl: channelUrl,
      schedule: null,
      idpId: null,
      limits: LIMITS,
      options: settings,
      modifiedAt: new Date(),
      inDoubt: 'hold',
      dryRun: false,
      disabled: false,
      transmitTotalHours: false,
    },
    { values: credentials, keys },
  );
  if (channel === 'other-kind') throw new Error('The channel exists with another kind.');
  const courses = coursesFor(enrollments);
  for (let at = 0; at < enrollments; at += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, enrollments - at) }, (_, index) => at + index);
    await importSome(knex, customerId, courses, numbers);
    advance(at + numbers.length);
  }
  await knex.raw('analyze');
  return channel;
}

async function importSome(
  knex: Knex,
  customerId: string,
  courses: readonly string[],
  numbers: readonly number[],
): Promise<void> {
  const learners = numbers.map((n) => {
    const name = `${customerId}-${n}`;
    return {
      userId: `u${n}`,
      username: name,
      email: `${name}@example.com`,
      remoteId: null,
      active: true,
      linked: true,
      userExists: true,
    };
  });
  await importLearnerRows(knex, customerId, learners);
  const enrollments = numbers.map((n) => {
    const courseRunId = courses[n % courses.length] as string;
    const courseKey = courseRunId.slice('course-v1:'.length, courseRunId.lastIndexOf('+'));
    return { enrollmentId: n + 1, userId: `u${n}`, courseRunId, courseKey, mode: 'verified', isActive: true };
  });
  await importEnrollmentRows(knex, customerId, enrollments);
  const consents = enrollments.map(({ userId, courseRunId }) => ({ userId, courseId: courseRunId, granted: true }));
  await importConsentRows(knex, customerId, consents);
}
