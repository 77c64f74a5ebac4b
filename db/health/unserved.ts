import type { Knex } from 'knex';
import { UNSERVED } from '../attempts/unserved';
import { queryRows } from '../core/query';

/** Of each provider that is not configured, how many attempts wait for it (marked by the relay). */
export async function unservedWarnings(knex: Knex): Promise<string[]> {
  const rows = await queryRows<{ provider: string; attempts: number }>(
    knex,
    `select provider, count(*)::int as attempts from attempts where attention_reasons <> '{}' and :reason = any (attention_reasons) group by 1 order by 1`,
    { reason: UNSERVED },
  );
  return rows.map(
    ({ provider, attempts }) =>
      `${attempts} attempts have work ahead at the provider ${provider}, which INVIGIL_PROVIDERS does not name`,
  );
}
