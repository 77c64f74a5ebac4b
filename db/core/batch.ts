import type { Knex } from 'knex';
import { escapeLiteral } from 'pg';
import { advance, stageOf } from './late-transaction';

/** A statement with named parameters (`:name`), prepared once per connection. */
export interface Prepared {
  name: string;
  sql: string;
  parameters: readonly string[];
}

type Value = string | number | boolean | Date | null | undefined;

interface Connection {
  query(text: string): Promise<Rows | Rows[]>;
}

/** knex's, which hands out the transaction's own connection within one. */
interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

interface Rows {
  rows: unknown[];
}

const preparedOn = new WeakMap<object, Set<string>>();

/** Declares a statement that travels with others. `name` is its name in Postgres, so it has to be the only one. */
export function prepared(name: string, sql: string): Prepared {
  const parameters: string[] = [];
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { name: `trip_${name}`, sql: text, parameters };
}

/** One statement of a trip. */
export interface Stop {
  statement: Prepared;
  values: Readonly<Record<string, Value>>;
}

/**
 * Sends several prepared statements in one round trip, each seeing what those before it did. BEGIN goes along when the transaction has said nothing yet, COMMIT when `commit` is set: after that
 * nothing more may be said in it. The first statement that fails ends the trip, and nothing of it is committed.
 * @returns the rows of each stop, in order.
 */
export async function trip(
  trx: Knex,
  stops: readonly Stop[],
  { commit = false }: { commit?: boolean } = {},
): Promise<unknown[][]> {
  const client = trx.client as Client;
  const connection = await client.acquireConnection();
  try {
    return await travel(connection, stops, commit);
  } finally {
    await client.releaseConnection(connection);
  }
}

/** A trip with one stop. @returns its rows. */
export async function rowsOf<T>(knex: Knex, stop: Stop): Promise<T[]> {
  const [rows = []] = await trip(knex, [stop]);
  return rows as T[];
}

async function travel(connection: Connection, stops: readonly Stop[], commit: boolean): Promise<unknown[][]> {
  await prepare(connection, stops);
  const stage = stageOf(connection);
  const begins = stage === 'not begun';
  const lead = [...(begins ? ['begin'] : []), ...(stage === 'open' ? [] : [PLAN_ONCE])];
  if (begins) advance(connection, 'open');
  const legs = [...lead, ...stops.map(execute), ...(commit ? ['commit'] : [])];
  const results = [await connection.query(legs.join('; '))].flat();
  if (commit) advance(connection, 'committed');
  return results.slice(lead.length, lead.length + stops.length).map(({ rows }) => rows);
}

/**
 * One plan for all values: these statements find rows by key. Postgres otherwise compares costs at each execution, and makes a
 * plan for each once an analyze has found the tables grown (docs/benchmarks.md). Ends with the transaction, that of a trip
 * outside of one too.
 */
const PLAN_ONCE = 'set local plan_cache_mode = force_generic_plan';

/** What a connection has not prepared yet costs it a round trip, once. */
async function prepare(connection: Connection, stops: readonly Stop[]): Promise<void> {
  const known = preparedOn.get(connection) ?? new Set<string>();
  preparedOn.set(connection, known);
  for (const { statement } of stops) {
    if (known.has(statement.name)) continue;
    await connection.query(`prepare ${statement.name} as ${statement.sql}`);
    known.add(statement.name);
  }
}

function execute({ statement, values }: Stop): string {
  const list = statement.parameters.map((parameter) => literal(values[parameter]));
  return `execute ${statement.name}${list.length > 0 ? `(${list.join(', ')})` : ''}`;
}

function literal(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return `'${value.toISOString()}'`;
  return typeof value === 'string' ? escapeLiteral(value) : String(value);
}
