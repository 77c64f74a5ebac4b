import type { Knex } from 'knex';
import type { ImportRow } from '../../contracts/http/customer-import';
import { lastOfEach } from '../core/last-of-each';
import { writeImported } from './import-rows';

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
  rows: readonly ImportRow<'audit'>[],
  now: Date,
): Promise<MissingForAudits> {
  const last = lastOfEach(rows, ({ channelId, auditId }) => [channelId, auditId]);
  const missing = await writeImported<{ enrollmentId: number | null; channelId: string | null }>(knex, AUDITS, {
    customerId,
    now,
    rows: last,
  });
  return {
    enrollmentIds: new Set(missing.flatMap(({ enrollmentId }) => enrollmentId ?? [])),
    channelIds: new Set(missing.flatMap(({ channelId }) => channelId ?? [])),
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
    select :customerId, c.id, r."enrollmentId", e.user_id, coalesce(r.level, 'completion'), r."courseId", coalesce(r."subsectionId", ''),
      'imported:' || r."auditId", case when r."isTransmitted" then 'sent' else 'failed' end, false, r.grade, r.percent,
      r."courseCompleted", r."completedAt", r."isTransmitted", coalesce(r."errorMessage", ''), r."statusCode", r."auditId",
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
