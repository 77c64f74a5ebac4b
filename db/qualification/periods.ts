import type { Knex } from 'knex';
import type { Period } from '../../domain/qualification/model';
import { queryRow, queryRows } from '../core/query';

export interface PeriodToStore extends Period {
  nodeId: string;
  shortName: string;
  longName: string;
  deadlineTagId: string | null;
}

export interface StoredPeriod extends PeriodToStore {
  /** Grows with every import batch: as long as it stands, results are the same. */
  dataVersion: number;
  /** Of the node. */
  language: string;
}

const COLUMNS = `p.period_id as "periodId", p.node_id as "nodeId", p.short_name as "shortName", p.long_name as "longName",
  p.starts_at as "startsAt", p.ends_at as "endsAt", p.deadline_tag_id as "deadlineTagId",
  cast(p.data_version as float8) as "dataVersion", n.language`;

export async function findPeriod(knex: Knex, periodId: string): Promise<StoredPeriod | undefined> {
  return queryRow<StoredPeriod>(
    knex,
    `select ${COLUMNS} from periods p join nodes n on n.node_id = p.node_id where p.period_id = :periodId`,
    { periodId },
  );
}

/** Stores a period; what was stored before is replaced, its data stays. */
export async function upsertPeriod(knex: Knex, period: PeriodToStore): Promise<void> {
  await queryRows(
    knex,
    `insert into periods (period_id, node_id, short_name, long_name, starts_at, ends_at, deadline_tag_id)
     values (:periodId, :nodeId, :shortName, :longName, :startsAt, :endsAt, :deadlineTagId)
     on conflict (period_id) do update set node_id = excluded.node_id, short_name = excluded.short_name,
       long_name = excluded.long_name, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       deadline_tag_id = excluded.deadline_tag_id`,
    period,
  );
}

export interface DeadlineTag {
  tagId: string;
  at: Date;
  tag: string | null;
}

export async function findDeadlineTag(knex: Knex, tagId: string): Promise<DeadlineTag | undefined> {
  return queryRow<DeadlineTag>(knex, 'select tag_id as "tagId", at, tag from deadline_tags where tag_id = :tagId', {
    tagId,
  });
}

export async function upsertDeadlineTag(knex: Knex, tag: DeadlineTag): Promise<void> {
  await queryRows(
    knex,
    `insert into deadline_tags (tag_id, at, tag) values (:tagId, :at, :tag)
     on conflict (tag_id) do update set at = excluded.at, tag = excluded.tag`,
    tag,
  );
}

/** The periods that use a deadline tag, for tokens that are limited to some. */
export async function periodsWithTag(knex: Knex, tagId: string): Promise<string[]> {
  const rows = await queryRows<{ periodId: string }>(
    knex,
    'select period_id as "periodId" from periods where deadline_tag_id = :tagId',
    { tagId },
  );
  return rows.map(({ periodId }) => periodId);
}
