import type { Knex } from 'knex';
import type { ImportRow } from '../../contracts/http/customer-import';
import { type ChannelToStore, type StoredChannel, upsertChannel } from '../../db/exports/channels';
import { upsertCustomer } from '../../db/exports/customers';
import { importEnrollmentRows, importLearnerRows } from '../../db/exports/import-rows';
import { createRun, type ExportRun, type NewRun } from '../../db/exports/runs';
import type { NewLedgerEntry } from '../../db/exports/transmissions';

export const NOW = new Date('2026-01-15T12:00:00Z');
export const RUN_ID = 'course-v1:edX+S01+2021';

let made = 0;

/** A customer with one channel, each of its own name. */
export async function aChannel(db: Knex, more: Partial<ChannelToStore> = {}): Promise<StoredChannel> {
  const customerId = more.customerId ?? `acme-${(made += 1)}`;
  await upsertCustomer(db, {
    id: customerId,
    name: 'Acme',
    slug: 'acme',
    identityProvider: null,
    enableAuditEnrollment: true,
    enableAuditDataReporting: true,
  });
  const channel: ChannelToStore = {
    customerId,
    channelId: 'sap',
    kind: 'SAP',
    baseUrl: 'https://sap.example.com',
    schedule: null,
    idpId: null,
    limits: { requestsPerSecond: 10, concurrency: 5, batchSize: 1 },
    inDoubt: 'hold',
    dryRun: false,
    disabled: false,
    transmitTotalHours: false,
    options: {},
    modifiedAt: NOW,
    ...more,
  };
  const stored = await upsertChannel(db, channel, 'keep');
  if (stored === 'other-kind') throw new Error('The channel exists with another kind');
  return stored;
}

export const aLearner = (userId: string, more: Partial<ImportRow<'learner'>> = {}): ImportRow<'learner'> => ({
  userId,
  active: true,
  linked: true,
  userExists: true,
  remoteId: null,
  username: `name-${userId}`,
  email: `${userId}@example.com`,
  ...more,
});

export const anEnrollment = (
  enrollmentId: number,
  userId: string,
  more: Partial<ImportRow<'enrollment'>> = {},
): ImportRow<'enrollment'> => ({
  enrollmentId,
  userId,
  courseRunId: RUN_ID,
  courseKey: 'edX+S01',
  mode: 'verified',
  isActive: true,
  ...more,
});

/** Learners u1, u2, ... with the enrollments 1, 2, ... of the course run. */
export async function enrolled(db: Knex, customerId: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await importLearnerRows(
    db,
    customerId,
    numbers.map((n) => aLearner(`u${n}`)),
  );
  await importEnrollmentRows(
    db,
    customerId,
    numbers.map((n) => anEnrollment(n, `u${n}`)),
  );
}

export async function aRun(db: Knex, channel: StoredChannel, more: Partial<NewRun> = {}): Promise<ExportRun> {
  const { run } = await createRun(db, newRun(channel, more));
  return run;
}

export const newRun = (channel: StoredChannel, more: Partial<NewRun> = {}): NewRun => ({
  customerId: channel.customerId,
  configurationId: channel.id,
  level: 'completion',
  trigger: 'request',
  asOf: NOW,
  dryRun: false,
  skipTransmitted: true,
  singleEnrollmentId: null,
  request: {},
  now: NOW,
  workflowId: `learner-export:${channel.customerId}:sap:completion`,
  commandId: null,
  requestedBy: 'tester',
  ...more,
});

export const aLedgerEntry = (n: number, more: Partial<NewLedgerEntry> = {}): NewLedgerEntry => ({
  enrollmentId: String(n),
  userId: `u${n}`,
  courseId: 'edX+S01',
  subsectionId: null,
  contentHash: 'passed',
  grade: 'Pass',
  percent: null,
  courseCompleted: true,
  completedAt: NOW,
  payload: { n },
  ...more,
});
