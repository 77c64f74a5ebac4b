import PostgresDialect from 'knex/lib/dialects/postgres';
import { setStage, LateTransaction, stageOf } from './late-transaction';

/** The most statements prepared per connection; any others are parsed and planned each time. */
const MAX_PREPARED = 200;

interface SentQuery {
  sql: string;
  bindings?: readonly unknown[];
  options?: object;
}

/** By text, for all pools of the process; knex makes dialect objects without calling the constructor. */
const names = new Map<string, string>();

/**
 * The statement's name, so that Postgres parses and plans it once per connection instead of at every call (2.6 times
 * less CPU, docs/adr/0010-performance-knobs.md#prepared-statements). Not for rows of whatever columns: such a plan
 * fails after a migration that adds one.
 */
function nameOf({ sql, bindings }: SentQuery): string | undefined {
  if (!bindings?.length || /^select ("\w+"\.)?\*|returning \*$/.test(sql)) return undefined;
  const known = names.get(sql);
  if (known !== undefined || names.size >= MAX_PREPARED) return known;
  const name = `invigil_${names.size}`;
  names.set(sql, name);
  return name;
}

/** knex's Postgres with prepared statements and transactions that begin late. */
export class InvigilDialect extends PostgresDialect {
  override async _query(connection: object, query: SentQuery): Promise<unknown> {
    const stage = stageOf(connection);
    if (stage === 'not begun') {
      await super._query(connection, { sql: 'begin' });
      setStage(connection, 'open');
    }
    if (stage === 'committed') throw new Error('The transaction was committed with its last batch.');
    const name = nameOf(query);
    if (name !== undefined) query.options = { ...query.options, name };
    return super._query(connection, query);
  }

  override transaction(container: unknown, config: unknown, outer: unknown): unknown {
    return new LateTransaction(this, container, config, outer);
  }
}
