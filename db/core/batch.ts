import type { Knex } from 'knex';
import { escapeLiteral } from 'pg';
import { setStage, stageOf } from './late-transaction';

/** A statement with named parameters (`:name`), prepared once per connection. */
export interface PreparedStatement {
  name: string;
  sql: string;
  parameters: readonly string[];
}

type Value = string | number | boolean | Date | null | undefined;

interface Connection {
  query(text: string): Promise<ResultRows | ResultRows[]>;
}

/** knex's, which hands out the transaction's own connection within one. */
interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

interface ResultRows {
  rows: unknown[];
}

const preparedOn = new WeakMap<object, Set<string>>();

/** Declares a statement for batches. `name` is its name in Postgres, so it has to be unique. */
export function defineStatement(name: string, sql: string): PreparedStatement {
  const parameters: string[] = [];
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { name: `batch_${name}`, sql: text, parameters };
}

/** One statement of a batch. */
export interface Statement {
  statement: PreparedStatement;
  values: Readonly<Record<string, Value>>;
}

/**
 * Sends several prepared statements in one round trip, each seeing what those before it did. BEGIN is sent along when the transaction has not begun yet, COMMIT when `commit` is set: after that
 * the transaction takes no more statements. The first statement that fails ends the batch, and nothing is committed.
 * @returns the rows of each statement, in order.
 */
export async function runBatch(
  trx: Knex,
  statements: readonly Statement[],
  { commit = false }: { commit?: boolean } = {},
): Promise<unknown[][]> {
  const client = trx.client as Client;
  const connection = await client.acquireConnection();
  try {
    return await sendStatements(connection, statements, commit);
  } finally {
    await client.releaseConnection(connection);
  }
}

/** A batch of one statement. @returns its rows. */
export async function runStatement<T>(knex: Knex, statement: Statement): Promise<T[]> {
  const [rows = []] = await runBatch(knex, [statement]);
  return rows as T[];
}

async function sendStatements(
  connection: Connection,
  statements: readonly Statement[],
  commit: boolean,
): Promise<unknown[][]> {
  await prepareMissing(connection, statements);
  const stage = stageOf(connection);
  const begins = stage === 'not begun';
  const preamble = [...(begins ? ['begin'] : []), ...(stage === 'open' ? [] : [FORCE_GENERIC_PLAN])];
  if (begins) setStage(connection, 'open');
  const texts = [...preamble, ...statements.map(execute), ...(commit ? ['commit'] : [])];
  const results = [await connection.query(texts.join('; '))].flat();
  if (commit) setStage(connection, 'committed');
  return results.slice(preamble.length, preamble.length + statements.length).map(({ rows }) => rows);
}

/**
 * One plan for all values: these statements find rows by key. Postgres otherwise compares costs at each execution, and
 * makes a plan for each once an analyze has found the tables grown
 * (docs/adr/0010-performance-knobs.md#one-plan-for-all-values). Ends with the transaction, that of a batch without one
 * too.
 */
const FORCE_GENERIC_PLAN = 'set local plan_cache_mode = force_generic_plan';

/** Preparing a statement costs each connection one round trip, once. */
async function prepareMissing(connection: Connection, statements: readonly Statement[]): Promise<void> {
  const known = preparedOn.get(connection) ?? new Set<string>();
  preparedOn.set(connection, known);
  for (const { statement } of statements) {
    if (known.has(statement.name)) continue;
    await connection.query(`prepare ${statement.name} as ${statement.sql}`);
    known.add(statement.name);
  }
}

function execute({ statement, values }: Statement): string {
  const list = statement.parameters.map((parameter) => literal(values[parameter]));
  return `execute ${statement.name}${list.length > 0 ? `(${list.join(', ')})` : ''}`;
}

function literal(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return `'${value.toISOString()}'`;
  return typeof value === 'string' ? escapeLiteral(value) : String(value);
}
