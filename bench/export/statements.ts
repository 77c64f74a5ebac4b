import type { Knex } from 'knex';
import { connectDatabase } from '../../db/core/connect';
import type { Postgres } from '../../dev/embedded/postgres';

/** The bench's own questions carry this, and are not counted. */
export const OWN = '/* bench */';

/** Lets Postgres count statements; it is restarted for that, so nobody may be connected yet. */
export async function countStatements(postgres: Postgres): Promise<void> {
  await once(postgres, `alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await postgres.restart();
  await once(postgres, 'create extension if not exists pg_stat_statements');
}

async function once({ url }: Postgres, statement: string): Promise<void> {
  const knex = connectDatabase({ url, poolMax: 1 });
  try {
    await knex.raw(statement);
  } finally {
    await knex.destroy();
  }
}

export async function forgetStatements(knex: Knex): Promise<void> {
  await knex.raw('select pg_stat_statements_reset()');
}

/** Statements since then, begin and commit included, whoever of the worker sent them. */
export async function statementsSent(knex: Knex): Promise<number> {
  const { rows } = await knex.raw<{ rows: { calls: string }[] }>(
    `select sum(calls) as calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = current_database() and query not like ? and query not like '%pg_stat_statements%'`,
    [`%${OWN}%`],
  );
  return Number(rows[0]?.calls);
}

/** Where the database's time goes, for those who want to know. */
export async function costliest(knex: Knex, limit = 12): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { calls: string; ms: number; rows: string; query: string }[] }>(
    `select calls, round(total_exec_time) as ms, rows, left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as query
     from pg_stat_statements order by total_exec_time desc limit ?`,
    [limit],
  );
  return rows.map(({ calls, ms, rows: touched, query }) => `${calls} calls, ${ms} ms, ${touched} rows: ${query}`);
}
