import type { Knex } from 'knex';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/**
 * Runs a query of the product and tells how many rows it took from tables, those it threw away included, and by which indexes; the
 * query is caught as it is sent.
 */
export async function rowsRead(db: Knex, run: () => Promise<unknown>): Promise<{ read: number; indexes: string[] }> {
  const sent: { sql: string; bindings: readonly Knex.RawBinding[] }[] = [];
  const note = ({ sql, bindings }: { sql: string; bindings: readonly Knex.RawBinding[] }): void =>
    void sent.push({ sql, bindings });
  db.on('query', note);
  await run();
  db.removeListener('query', note);
  const [query] = sent;
  if (!query || sent.length > 1) throw new Error(`${sent.length} queries were sent, not one`);
  const sql = `explain (analyze, format json) ${query.sql.replace(/\$\d+/g, '?')}`;
  const { rows } = await db.raw<{ rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[] }>(sql, query.bindings as never);
  const nodes = flatten(rows[0]?.['QUERY PLAN'][0]?.Plan);
  const scans = nodes.filter((node) => node['Relation Name'] !== undefined);
  return {
    read: scans.reduce((sum, node) => sum + readBy(node), 0),
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort(),
  };
}

function readBy(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + removed) * node['Actual Loops'];
}

function flatten(node: PlanNode | undefined): PlanNode[] {
  return node ? [node, ...(node.Plans ?? []).flatMap(flatten)] : [];
}
