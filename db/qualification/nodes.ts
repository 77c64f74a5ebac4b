import type { Knex } from 'knex';
import { queryRow, queryRows } from '../core/query';

/** A department or subject; departments hold subjects and departments. */
export interface AcademicNode {
  nodeId: string;
  parentId: string | null;
  kind: 'department' | 'subject';
  name: string;
  language: string;
}

const COLUMNS = 'node_id as "nodeId", parent_id as "parentId", kind, name, language';

export async function findNode(knex: Knex, nodeId: string): Promise<AcademicNode | undefined> {
  return queryRow<AcademicNode>(knex, `select ${COLUMNS} from nodes where node_id = :nodeId`, { nodeId });
}

/** Stores a node; what was stored before is replaced. */
export async function upsertNode(knex: Knex, node: AcademicNode): Promise<AcademicNode> {
  const [stored] = await queryRows<AcademicNode>(
    knex,
    `insert into nodes (node_id, parent_id, kind, name, language) values (:nodeId, :parentId, :kind, :name, :language)
     on conflict (node_id) do update set parent_id = excluded.parent_id, kind = excluded.kind, name = excluded.name,
       language = excluded.language
     returning ${COLUMNS}`,
    node,
  );
  return stored as AcademicNode;
}

/** The node and all above it, from the node upwards. Empty for an unknown one. */
export async function nodePath(knex: Knex, nodeId: string): Promise<AcademicNode[]> {
  return queryRows<AcademicNode>(
    knex,
    `with recursive up as (
       select n.*, 0 as depth from nodes n where node_id = :nodeId
       union all select n.*, up.depth + 1 from up join nodes n on n.node_id = up.parent_id
     )
     select ${COLUMNS} from up order by depth`,
    { nodeId },
  );
}
