import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import type { ImportRow } from '../../contracts/http/customer-import';
import { lastOfEach } from '../core/last-of-each';
import { queryRows } from '../core/query';
import { sealClickThrough } from './click-throughs';

/** Stores learners; what was stored of them before is replaced. As each of these, up to a thousand: one statement, a few hundred kilobytes. */
export async function importLearnerRows(
  knex: Knex,
  customerId: string,
  rows: readonly ImportRow<'learner'>[],
): Promise<void> {
  await writeImported(
    knex,
    `insert into customer_learners as l (customer_id, user_id, active, linked, user_exists, username, email, remote_id)
     select :customerId, r."userId", coalesce(r.active, true), coalesce(r.linked, true), coalesce(r."userExists", true),
       r.username, r.email, r."remoteId"
     from json_to_recordset(cast(:rows as json)) as r("userId" text, active boolean, linked boolean, "userExists" boolean,
       username text, email text, "remoteId" text)
     on conflict (customer_id, user_id) do update set active = excluded.active, linked = excluded.linked,
       user_exists = excluded.user_exists, username = excluded.username, email = excluded.email,
       remote_id = excluded.remote_id
     where (l.active, l.linked, l.user_exists, l.username, l.email, l.remote_id) is distinct from (excluded.active,
       excluded.linked, excluded.user_exists, excluded.username, excluded.email, excluded.remote_id)`,
    { customerId, rows: lastOfEach(rows, ({ userId }) => userId) },
  );
}

/** Stores enrollments of learners the customer has. @returns the user ids that it has not, whose rows were left out. */
export async function importEnrollmentRows(
  knex: Knex,
  customerId: string,
  rows: readonly ImportRow<'enrollment'>[],
): Promise<Set<string>> {
  const missing = await writeImported<{ missing: string }>(
    knex,
    `with r as (
       select * from json_to_recordset(cast(:rows as json)) as r("enrollmentId" bigint, "userId" text, "courseRunId" text,
         "courseKey" text, mode text, "isActive" boolean)
     ), stored as (
       insert into enrollments as e (customer_id, id, user_id, course_run_id, course_key, mode, is_active)
       select :customerId, r."enrollmentId", r."userId", r."courseRunId", r."courseKey", r.mode, coalesce(r."isActive", true)
       from r join customer_learners l on l.customer_id = :customerId and l.user_id = r."userId"
       on conflict (customer_id, id) do update set user_id = excluded.user_id, course_run_id = excluded.course_run_id,
         course_key = excluded.course_key, mode = excluded.mode, is_active = excluded.is_active
       where (e.user_id, e.course_run_id, e.course_key, e.mode, e.is_active) is distinct from (excluded.user_id,
         excluded.course_run_id, excluded.course_key, excluded.mode, excluded.is_active)
     )
     select distinct r."userId" as missing from r
     where not exists (select 1 from customer_learners l where l.customer_id = :customerId and l.user_id = r."userId")`,
    { customerId, rows: lastOfEach(rows, ({ enrollmentId }) => enrollmentId) },
  );
  return new Set(missing.map((row) => row.missing));
}

export async function importConsentRows(
  knex: Knex,
  customerId: string,
  rows: readonly ImportRow<'consent'>[],
): Promise<void> {
  await writeImported(
    knex,
    `insert into consents as c (customer_id, user_id, course_id, granted)
     select :customerId, r."userId", r."courseId", r.granted
     from json_to_recordset(cast(:rows as json)) as r("userId" text, "courseId" text, granted boolean)
     on conflict (customer_id, user_id, course_id) do update set granted = excluded.granted
     where c.granted <> excluded.granted`,
    { customerId, rows: lastOfEach(rows, ({ userId, courseId }) => [userId, courseId]) },
  );
}

/** The learners' session tokens are sealed before they reach the database. */
export async function importClickThroughRows(
  knex: Knex,
  customerId: string,
  rows: readonly ImportRow<'clickThrough'>[],
  keys: SealingKeys,
): Promise<void> {
  const last = lastOfEach(rows, ({ userId, courseKey }) => [userId, courseKey]);
  await writeImported(
    knex,
    `insert into click_throughs (customer_id, user_id, course_key, user_guid, session_token, callback_url, subdomain)
     select :customerId, r."userId", r."courseKey", r."userGuid", r."sessionToken", r."callbackUrl", r.subdomain
     from json_to_recordset(cast(:rows as json)) as r("userId" text, "courseKey" text, "userGuid" text,
       "sessionToken" text, "callbackUrl" text, subdomain text)
     on conflict (customer_id, user_id, course_key) do update set user_guid = excluded.user_guid,
       session_token = excluded.session_token, callback_url = excluded.callback_url, subdomain = excluded.subdomain`,
    { customerId, rows: last.map((row) => sealClickThrough(keys, row, { customerId, userId: row.userId })) },
  );
}

/** No statement for no rows. */
export async function writeImported<R>(
  knex: Knex,
  sql: string,
  { rows, ...values }: { customerId: string; rows: readonly object[]; now?: Date },
): Promise<R[]> {
  return rows.length === 0 ? [] : queryRows(knex, sql, { ...values, rows: JSON.stringify(rows) });
}
