import type { Knex } from 'knex';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';
import type { Resolution, TransmissionState } from '../../domain/exports/transmissions';
import { newestFirst, type Page, type PageRequest } from '../core/cursor';
import { queryRow, queryRows } from '../core/query';

/** One row of the ledger as people see it. */
export interface LedgerEntry {
  id: string;
  channelId: string;
  level: ExportLevel;
  enrollmentId: string;
  userId: string;
  courseId: string;
  subsectionId: string | null;
  state: TransmissionState;
  /** How a person resolved it when it was held. */
  resolvedAs: Resolution | null;
  grade: string | null;
  percent: Decimal | null;
  courseCompleted: boolean | null;
  completedAt: Date | null;
  errorMessage: string;
  statusCode: number | null;
  runId: string | null;
  claimedAt: Date;
  settledAt: Date | null;
}

const SELECT = `select cast(t.id as text) as id, c.channel_id as "channelId", t.kind as level,
  cast(t.enrollment_id as text) as "enrollmentId", t.user_id as "userId", t.course_id as "courseId",
  nullif(t.subsection_id, '') as "subsectionId", t.state, t.resolved_as as "resolvedAs", t.grade,
  cast(t.percent as text) as percent, t.course_completed as "courseCompleted", t.completed_at as "completedAt",
  t.error_message as "errorMessage", t.status_code as "statusCode", cast(t.run_id as text) as "runId",
  t.claimed_at as "claimedAt", t.settled_at as "settledAt"
  from transmissions t join channel_configurations c on c.id = t.configuration_id`;

/** Absent when the customer has none of this number. */
export function findTransmission(
  knex: Knex,
  customerId: string,
  transmissionId: string,
): Promise<LedgerEntry | undefined> {
  const sql = `${SELECT} where t.customer_id = :customerId and t.id = :transmissionId`;
  return queryRow(knex, sql, { customerId, transmissionId });
}

export interface LedgerFilter {
  customerId: string;
  userId?: string | undefined;
  channelId?: string | undefined;
  state?: TransmissionState | undefined;
}

/** The ledger of a customer, of one learner, channel or state if given, newest first. */
export function listTransmissions(knex: Knex, values: LedgerFilter, page: PageRequest): Promise<Page<LedgerEntry>> {
  return newestFirst(knex, { select: SELECT, id: 't.id', conditions: CONDITIONS, values }, page);
}

const CONDITIONS: Record<keyof LedgerFilter, string> = {
  customerId: 't.customer_id = :customerId',
  userId: 't.user_id = :userId',
  channelId: 'c.channel_id = :channelId',
  state: 't.state = :state',
};

/** What the channel last accepted of a target, for a dry run's difference. One statement for a page's targets. */
export async function lastAcceptedPayloads(
  knex: Knex,
  configurationId: string,
  level: ExportLevel,
  targets: readonly { enrollmentId: string; courseId: string; subsectionId: string | null }[],
): Promise<unknown[]> {
  if (targets.length === 0) return [];
  const rows = await queryRows<{ payload: unknown }>(
    knex,
    `select t.payload
     from json_to_recordset(cast(:targets as json)) as r(n integer, "enrollmentId" bigint, "courseId" text, "subsectionId" text)
     left join lateral (
       select payload from transmissions t
       where t.configuration_id = :configurationId and t.enrollment_id = r."enrollmentId" and t.kind = :level
         and t.course_id = r."courseId" and t.subsection_id = coalesce(r."subsectionId", '') and t.is_transmitted
       order by t.id desc limit 1
     ) t on true
     order by r.n`,
    { configurationId, level, targets: JSON.stringify(targets.map((target, n) => ({ n, ...target }))) },
  );
  return rows.map(({ payload }) => payload ?? null);
}
