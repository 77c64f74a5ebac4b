import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';
import { seal } from '../core/sealed';
import { clickThroughAssociatedData } from './click-through-associated-data';

/** Most rows one of these functions takes: one statement, a few hundred kilobytes. */
export const IMPORT_ROWS_PER_STATEMENT = 1_000;

/** A learner's tie to the customer. Null names are those of the table learners. */
export interface LearnerRow {
  userId: string;
  active: boolean;
  linked: boolean;
  userExists: boolean;
  username: string | null;
  email: string | null;
  remoteId: string | null;
}

export interface EnrollmentRow {
  enrollmentId: number;
  userId: string;
  courseRunId: string;
  courseKey: string | null;
  mode: string | null;
  isActive: boolean;
}

export interface ConsentRow {
  userId: string;
  /** A course run's id or a course key. */
  courseId: string;
  granted: boolean;
}

export interface ClickThroughRow {
  userId: string;
  courseKey: string;
  userGuid: string;
  sessionToken: string;
  callbackUrl: string;
  subdomain: string;
}

/** An earlier transmission of another system; its id there makes a second import of it harmless. */
export interface AuditRow {
  auditId: number;
  channelId: string;
  enrollmentId: number;
  level: ExportLevel;
  courseId: string;
  subsectionId: string | null;
  grade: string | null;
  percent: Decimal | null;
  courseCompleted: boolean | null;
  completedAt: string | null;
  statusCode: number | null;
  errorMessage: string;
  isTransmitted: boolean;
  createdAt: string | null;
}

/** Of rows with the same key the last one counts: a statement may not touch a row twice. */
function lastOfEach<R>(rows: readonly R[], keyOf: (row: R) => string): R[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

/** Stores learners; what was stored of them before is replaced. */
export async function importLearnerRows(knex: Knex, customerId: string, rows: readonly LearnerRow[]): Promise<void> {
  await write(
    knex,
    `insert into customer_learners as l (customer_id, user_id, active, linked, user_exists, username, email, remote_id)
     select :customerId, r."userId", r.active, r.linked, r."userExists", r.username, r.email, r."remoteId"
     from json_to_recordset(cast(:rows as json)) as r("userId" text, active boolean, linked boolean, "userExists" boolean,
       username text, email text, "remoteId" text)
     on conflict (customer_id, user_id) do update set active = excluded.active, linked = excluded.linked,
       user_exists = excluded.user_exists, username = excluded.username, email = excluded.email,
       remote_id = excluded.remote_id
     where (l.active, l.linked, l.user_exists, l.username, l.email, l.remote_id) is distinct from (excluded.active,
       excluded.linked, excluded.user_exists, excluded.username, excluded.email, excluded.remote_id)`,
    customerId,
    lastOfEach(rows, ({ userId }) => userId),
  );
}

/** Stores enrollments of learners the customer has. @returns the user ids that it has not, whose rows were left out. */
export async function importEnrollmentRows(
  knex: Knex,
  customerId: string,
  rows: readonly EnrollmentRow[],
): Promise<Set<string>> {
  const missing = await write<{ missing: string }>(
    knex,
    `with r as (
       select * from json_to_recordset(cast(:rows as json)) as r("enrollmentId" bigint, "userId" text, "courseRunId" text,
         "courseKey" text, mode text, "isActive" boolean)
     ), stored as (
       insert into enrollments as e (customer_id, id, user_id, course_run_id, course_key, mode, is_active)
       select :customerId, r."enrollmentId", r."userId", r."courseRunId", r."courseKey", r.mode, r."isActive"
       from r join customer_learners l on l.customer_id = :customerId and l.user_id = r."userId"
       on conflict (customer_id, id) do update set user_id = excluded.user_id, course_run_id = excluded.course_run_id,
         course_key = excluded.course_key, mode = excluded.mode, is_active = excluded.is_active
       where (e.user_id, e.course_run_id, e.course_key, e.mode, e.is_active) is distinct from (excluded.user_id,
         excluded.course_run_id, excluded.course_key, excluded.mode, excluded.is_active)
     )
     select distinct r."userId" as missing from r
     where not exists (select 1 from customer_learners l where l.customer_id = :customerId and l.user_id = r."userId")`,
    customerId,
    lastOfEach(rows, ({ enrollmentId }) => String(enrollmentId)),
  );
  return new Set(missing.map((row) => row.missing));
}

export async function importConsentRows(knex: Knex, customerId: string, rows: readonly ConsentRow[]): Promise<void> {
  await write(
    knex,
    `insert into consents as c (customer_id, user_id, course_id, granted)
     select :customerId, r."userId", r."courseId", r.granted
     from json_to_recordset(cast(:rows as json)) as r("userId" text, "courseId" text, granted boolean)
     on conflict (customer_id, user_id, course_id) do update set granted = excluded.granted
     where c.granted <> excluded.granted`,
    customerId,
    lastOfEach(rows, ({ userId, courseId }) => JSON.stringify([userId, courseId])),
  );
}

/** The learners' session tokens are sealed before they reach the database. */
export async function importClickThroughRows(
  knex: Knex,
  customerId: string,
  rows: readonly ClickThroughRow[],
  keys: SealingKeys,
): Promise<void> {
  const sealed = lastOfEach(rows, ({ userId, courseKey }) => JSON.stringify([userId, courseKey])).map((row) => ({
    ...row,
    sessionToken: seal(keys, row.sessionToken, clickThroughAssociatedData(customerId, row.userId, row.courseKey)),
  }));
  await write(
    knex,
    `insert into click_throughs (customer_id, user_id, course_key, user_guid, session_token, callback_url, subdomain)
     select :customerId, r."userId", r."courseKey", r."userGuid", r."sessionToken", r."callbackUrl", r.subdomain
     from json_to_recordset(cast(:rows as json)) as r("userId" text, "courseKey" text, "userGuid" text,
       "sessionToken" text, "callbackUrl" text, subdomain text)
     on conflict (customer_id, user_id, course_key) do update set user_guid = excluded.user_guid,
       session_token = excluded.session_token, callback_url = excluded.callback_url, subdomain = excluded.subdomain`,
    customerId,
    sealed,
  );
}

/** What ledger rows refer to and the customer lacks. */
export interface MissingForAudits {
  enrollmentIds: Set<number>;
  channelIds: Set<string>;
}

/**
 * Stores earlier transmissions in the order of their ids, the ledger's from then on. They are never current: they block
 * no new entry, they only record what was sent last. Import them before the first run of a channel.
 */
export async function importAuditRows(
  knex: Knex,
  customerId: string,
  rows: readonly AuditRow[],
  now: Date,
): Promise<MissingForAudits> {
  const missing = await write<{ enrollmentId: number | null; channelId: string | null }>(
    knex,
    AUDITS,
    customerId,
    lastOfEach(rows, ({ channelId, auditId }) => JSON.stringify([channelId, auditId])),
    { now },
  );
  return {
    enrollmentIds: new Set(missing.flatMap(({ enrollmentId }) => (enrollmentId === null ? [] : [enrollmentId]))),
    channelIds: new Set(missing.flatMap(({ channelId }) => (channelId === null ? [] : [channelId]))),
  };
}

const AUDITS = `
  with r as (
    select * from json_to_recordset(cast(:rows as json)) as r("auditId" bigint, "channelId" text, "enrollmentId" bigint,
      level text, "courseId" text, "subsectionId" text, grade text, percent numeric, "courseCompleted" boolean,
      "completedAt" timestamptz, "statusCode" integer, "errorMessage" text, "isTransmitted" boolean,
      "createdAt" timestamptz)
  ), stored as (
    insert into transmissions (customer_id, configuration_id, enrollment_id, user_id, kind, course_id, subsection_id,
      content_hash, state, is_current, grade, percent, course_completed, completed_at, is_transmitted, error_message,
      status_code, imported_id, claimed_at, settled_at)
    select :customerId, c.id, r."enrollmentId", e.user_id, r.level, r."courseId", coalesce(r."subsectionId", ''),
      'imported:' || r."auditId", case when r."isTransmitted" then 'sent' else 'failed' end, false, r.grade, r.percent,
      r."courseCompleted", r."completedAt", r."isTransmitted", r."errorMessage", r."statusCode", r."auditId",
      coalesce(r."createdAt", :now), coalesce(r."createdAt", :now)
    from r
    join channel_configurations c on c.customer_id = :customerId and c.channel_id = r."channelId"
    join enrollments e on e.customer_id = :customerId and e.id = r."enrollmentId"
    order by r."auditId"
    on conflict (configuration_id, imported_id) where imported_id is not null do update set
      enrollment_id = excluded.enrollment_id, user_id = excluded.user_id, kind = excluded.kind,
      course_id = excluded.course_id, subsection_id = excluded.subsection_id, state = excluded.state,
      grade = excluded.grade, percent = excluded.percent, course_completed = excluded.course_completed,
      completed_at = excluded.completed_at, is_transmitted = excluded.is_transmitted,
      error_message = excluded.error_message, status_code = excluded.status_code, claimed_at = excluded.claimed_at,
      settled_at = excluded.settled_at
  )
  select cast(r."enrollmentId" as float8) as "enrollmentId", null as "channelId" from r
  where not exists (select 1 from enrollments e where e.customer_id = :customerId and e.id = r."enrollmentId")
  union
  select null, r."channelId" from r where not exists (
    select 1 from channel_configurations c where c.customer_id = :customerId and c.channel_id = r."channelId")`;

async function write<R>(
  knex: Knex,
  sql: string,
  customerId: string,
  rows: readonly object[],
  more: Record<string, Knex.Value> = {},
): Promise<R[]> {
  if (rows.length === 0) return [];
  const result = await knex.raw<{ rows: R[] }>(sql, { customerId, rows: JSON.stringify(rows), ...more });
  return result.rows;
}
