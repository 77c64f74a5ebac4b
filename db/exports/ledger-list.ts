import type { Knex } from 'knex';
import type { Decimal } from '../../domain/exports/decimal';
import type { ExportLevel } from '../../domain/exports/model';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';

export type TransmissionState = 'sending' | 'held' | 'sent' | 'failed' | 'quarantined';

/** `sent`: a person saw it at the channel. */
export type Resolution = 'sent' | 'not-sent';

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

const COLUMNS = `cast(t.id as text) as id, c.channel_id as "channelId", t.kind as level,
  cast(t.enrollment_id as text) as "enrollmentId", t.user_id as "userId", t.course_id as "courseId",
  nullif(t.subsection_id, '') as "subsectionId", t.state, t.resolved_as as "resolvedAs", t.grade,
  cast(t.percent as text) as percent, t.course_completed as "courseCompleted", t.completed_at as "completedAt",
  t.error_message as "errorMessage", t.status_code as "statusCode", cast(t.run_id as text) as "runId",
  t.claimed_at as "claimedAt", t.settled_at as "settledAt"`;

/** Absent when the customer has none of this number. */
export async function findTransmission(
  knex: Knex,
  customerId: string,
  transmissionId: string,
): Promise<LedgerEntry | undefined> {
  const { rows } = await knex.raw<{ rows: LedgerEntry[] }>(
    `select ${COLUMNS} from transmissions t join channel_configurations c on c.id = t.configuration_id
     where t.customer_id = ? and t.id = ?`,
    [customerId, transmissionId],
  );
  return rows[0];
}

/** The ledger of a customer, of one learner, channel or state if given, newest first. */
export async function listTransmissions(
  knex: Knex,
  filter: { customerId: string; learnerId?: string; channelId?: string; state?: TransmissionState },
  { limit, cursor }: PageRequest,
): Promise<Page<LedgerEntry>> {
  const { customerId, learnerId, channelId, state } = filter;
  const before = cursor === undefined ? undefined : (decodeCursor(cursor, [/^\d{1,18}$/])[0] as string);
  const { rows } = await knex.raw<{ rows: LedgerEntry[] }>(
    `select ${COLUMNS}
     from transmissions t join channel_configurations c on c.id = t.configuration_id
     where t.customer_id = :customerId
       ${learnerId === undefined ? '' : 'and t.user_id = :learnerId'}
       ${channelId === undefined ? '' : 'and c.channel_id = :channelId'}
       ${state === undefined ? '' : 'and t.state = :state'}
       ${before === undefined ? '' : 'and t.id < :before'}
     order by t.id desc limit :limit + 1`,
    {
      customerId,
      learnerId: learnerId ?? null,
      channelId: channelId ?? null,
      state: state ?? null,
      before: before ?? null,
      limit,
    },
  );
  return toPage(
    rows,
    limit,
    (row): LedgerEntry => row,
    ({ id }) => [id],
  );
}

/** What the channel last accepted of a target, for a dry run's difference. One statement for a page's targets. */
export async function lastAcceptedPayloads(
  knex: Knex,
  configurationId: string,
  level: ExportLevel,
  targets: readonly { enrollmentId: string; courseId: string; subsectionId: string | null }[],
): Promise<unknown[]> {
  if (targets.length === 0) return [];
  const { rows } = await knex.raw<{ rows: { payload: unknown }[] }>(
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
