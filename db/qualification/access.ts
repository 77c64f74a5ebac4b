import type { Knex } from 'knex';
import type { AdministratorEntry, PeriodPath } from '../../domain/qualification/access';
import { queryRow, queryRows } from '../core/query';

/** A person, as tokens name one. */
export interface PersonRef {
  issuer: string | null;
  subject: string;
}

/**
 * The period with the nodes it hangs under, and those of its administrators who are this person: all that a decision about
 * access needs, in one statement, asked anew at each request.
 */
export async function findPeriodPath(
  knex: Knex,
  periodId: string,
  person: PersonRef | null,
): Promise<PeriodPath | null> {
  const row = await queryRow<PathRow>(
    knex,
    `${UP_FROM_NODE('select node_id from periods where period_id = :periodId')}
     select ${PATH_COLUMNS} from periods p where p.period_id = :periodId`,
    { periodId, ...personValues(person) },
  );
  return row === undefined ? null : { periodId, ...row };
}

/** The same for a node and what is above it; the period is none. */
export async function findNodePath(knex: Knex, nodeId: string, person: PersonRef | null): Promise<PeriodPath | null> {
  const periodId = '';
  const row = await queryRow<PathRow>(
    knex,
    `${UP_FROM_NODE('select cast(:nodeId as text) as node_id')}
     select ${PATH_COLUMNS} from nodes n where n.node_id = :nodeId`,
    { nodeId, periodId, ...personValues(person) },
  );
  return row === undefined ? null : { periodId, ...row };
}

/** All that somebody is listed on. */
export async function administeredBy(
  knex: Knex,
  person: PersonRef | null,
): Promise<{ nodes: string[]; periods: string[] }> {
  if (person === null) return { nodes: [], periods: [] };
  const rows = await queryRows<{ kind: string; id: string }>(
    knex,
    `select object_kind as kind, object_id as id from administrators
     where issuer = :issuer and subject = :subject order by object_id`,
    personValues(person),
  );
  const idsOf = (wanted: string): string[] => rows.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  return { nodes: idsOf('node'), periods: idsOf('period') };
}

interface PathRow {
  nodes: PeriodPath['nodes'];
  administrators: AdministratorEntry[];
}

const UP_FROM_NODE = (start: string): string => `
  with recursive up as (
    select n.node_id, n.parent_id, n.kind, 0 as depth from nodes n where n.node_id = (${start})
    union all select n.node_id, n.parent_id, n.kind, up.depth + 1 from up join nodes n on n.node_id = up.parent_id
  )`;

const PATH_COLUMNS = `
  (select coalesce(jsonb_agg(jsonb_build_object('nodeId', node_id, 'kind', kind) order by depth), '[]') from up) as nodes,
  (select coalesce(jsonb_agg(jsonb_build_object('objectId', a.object_id, 'objectKind', a.object_kind,
     'issuer', a.issuer, 'subject', a.subject)), '[]')
   from administrators a where a.issuer = :issuer and a.subject = :subject
     and ((a.object_kind = 'period' and a.object_id = :periodId)
       or (a.object_kind = 'node' and a.object_id in (select node_id from up)))) as administrators`;

/** No administrator has an empty subject. */
function personValues(person: PersonRef | null): { issuer: string; subject: string } {
  return { issuer: person?.issuer ?? '', subject: person?.subject ?? '' };
}
