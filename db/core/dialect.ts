import PostgresDialect from 'knex/lib/dialects/postgres';
import { advance, LateTransaction, stageOf } from './late-transaction';

/** Distinct statements kept prepared per connection; what comes after them is parsed and planned each time. */
const MOST_PREPARED = 200;

interface Sent {
  sql: string;
  bindings?: readonly unknown[];
  options?: object;
}

/** By text, for all pools of the process; knex makes dialect objects without calling the constructor. */
const names = new Map<string, string>();

/**
 * The statement's name, so that Postgres parses and plans it once per connection instead of at every call (2.6 times less
 * CPU, docs/benchmarks.md). Not for rows of whatever columns: such a plan fails after a migration that adds one.
 */
function nameOf({ sql, bindings }: Sent): string | undefined {
  if (!bindings?.length || /^select ("\w+"\.)?\*|returning \*$/.test(sql)) return undefined;
  const known = names.get(sql);
  if (known !== undefined || names.size >= MOST_PREPARED) return known;
  const name = `invigil_${names.size}`;
  names.set(sql, name);
  return name;
}

/** knex's Postgres with prepared statements and transactions that begin late. */
export class InvigilDialect extends PostgresDialect {
  override async _query(connection: object, query: Sent): Promise<unknown> {
    const stage = stageOf(connection);
    if (stage === 'not begun') {
      await super._query(connection, { sql: 'begin' });
      advance(connection, 'open');
    }
    if (stage === 'committed') throw new Error('The transaction was committed with its last trip.');
    const name = nameOf(query);
    if (name !== undefined) query.options = { ...query.options, name };
    return super._query(connection, query);
  }

  override transaction(container: unknown, config: unknown, outer: unknown): unknown {
    return new LateTransaction(this, container, config, outer);
  }
}
