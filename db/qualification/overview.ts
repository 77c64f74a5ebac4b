import type { Knex } from 'knex';
import { queryRows } from '../core/query';

/** A period on an exam office's list. */
export interface OverviewRow {
  periodId: string;
  nodeId: string;
  shortName: string;
  longName: string;
  startsAt: Date;
  endsAt: Date;
  tagId: string | null;
  tagAt: Date | null;
  tag: string | null;
  /** The active status; null where nothing was said yet. */
  seq: number | null;
  status: string | null;
  at: Date | null;
  qualify: number | null;
  fail: number | null;
  undecided: number | null;
  stale: boolean | null;
  /** The numbers of the statuses that were exported. */
  exportedSeqs: number[];
}

export interface OverviewScope {
  /** Null: everything. Else the periods and subtrees somebody administers. */
  administered: { nodes: readonly string[]; periods: readonly string[] } | null;
  /** What the token is limited to. */
  limits: { nodes?: readonly string[]; periods?: readonly string[] };
  nodeId?: string | undefined;
  deadlineTag?: string | undefined;
  /** Only periods that run at this instant. */
  activeAt?: Date | undefined;
  after?: string | undefined;
  limit: number;
}

/** Periods in the order of their ids, one statement a page. A node stands for all below it. */
export async function listOverview(knex: Knex, scope: OverviewScope): Promise<OverviewRow[]> {
  const { administered, limits, nodeId, deadlineTag, activeAt, after = '', limit } = scope;
  const json = (list: readonly string[] | undefined): string | null =>
    list === undefined ? null : JSON.stringify(list);
  return queryRows<OverviewRow>(knex, OVERVIEW, {
    all: administered === null,
    ownNodes: JSON.stringify(administered?.nodes ?? []),
    ownPeriods: JSON.stringify(administered?.periods ?? []),
    limitNodes: json(limits.nodes),
    limitPeriods: json(limits.periods),
    node: nodeId === undefined ? null : JSON.stringify([nodeId]),
    deadlineTag: deadlineTag ?? null,
    activeAt: activeAt ?? null,
    after,
    limit,
  });
}

const BELOW = (name: string, list: string): string => `
  ${name} as (
    select node_id from nodes where node_id in (select id from json_array_elements_text(cast(${list} as json)) as id)
    union select n.node_id from ${name} b join nodes n on n.parent_id = b.node_id)`;

const OVERVIEW = `
  with recursive ${BELOW('own', ':ownNodes')}, ${BELOW('limited', "coalesce(:limitNodes, '[]')")},
    ${BELOW('asked', "coalesce(:node, '[]')")}
  select p.period_id as "periodId", p.node_id as "nodeId", p.short_name as "shortName", p.long_name as "longName",
    p.starts_at as "startsAt", p.ends_at as "endsAt", t.tag_id as "tagId", t.at as "tagAt", t.tag,
    s.seq, s.status, s.at, s.qualify, s.fail, s.undecided, s.data_version <> p.data_version as stale,
    array(select distinct e.seq from qualification_statuses e join qualification_exports x on x.status_id = e.status_id
      where e.period_id = p.period_id order by 1) as "exportedSeqs"
  from periods p
  left join deadline_tags t on t.tag_id = p.deadline_tag_id
  left join qualification_active a on a.period_id = p.period_id
  left join qualification_statuses s on s.status_id = a.status_id
  where p.period_id > :after
    and (:all or p.node_id in (select node_id from own)
      or p.period_id in (select id from json_array_elements_text(cast(:ownPeriods as json)) as id))
    and (cast(:limitNodes as text) is null or p.node_id in (select node_id from limited))
    and (cast(:limitPeriods as text) is null
      or p.period_id in (select id from json_array_elements_text(cast(coalesce(:limitPeriods, '[]') as json)) as id))
    and (cast(:node as text) is null or p.node_id in (select node_id from asked))
    and (cast(:deadlineTag as text) is null or p.deadline_tag_id = :deadlineTag)
    and (cast(:activeAt as timestamptz) is null or (p.starts_at <= :activeAt and p.ends_at > :activeAt))
  order by p.period_id limit :limit`;
