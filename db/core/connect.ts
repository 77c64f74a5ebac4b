import { type Knex, knex } from 'knex';
import { InvigilDialect } from './dialect';

/** Where a pool reports what happens beside statements, such as a connection lost while nobody used it. */
export interface DatabaseLog {
  warn(message: string): void;
  error(message: string): void;
}

export interface DatabaseOptions {
  url: string;
  poolMax: number;
  /**
   * Take an index wherever there is one. For processes that find rows by key: a plan made while a table was nearly empty reads
   * it from end to end for as long as the connection keeps it, which may be until the next analyze.
   */
  byIndex?: boolean;
  /** Absent: nothing is written. A statement that fails tells its caller all the same. */
  log?: DatabaseLog;
}

/** A new connection costs Postgres more than a hundred statements on a warm one (its caches and plans), so idle ones stay. */
const KEEP_IDLE_MS = 600_000;

/**
 * Opens a pool in which nothing can hang for ever: statements, lock waits and idle transactions all end by themselves.
 * Works with a pool of one connection, as no function here takes a second one. The caller destroys it.
 */
export function connectDatabase({ url, poolMax, byIndex, log }: DatabaseOptions): Knex {
  const connection = {
    connectionString: url,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'invigil',
    ...(byIndex ? { options: '-c enable_seqscan=off' } : {}),
  };
  const client = InvigilDialect as unknown as typeof Knex.Client;
  return knex({
    client,
    connection,
    pool: { min: Math.min(2, poolMax), max: poolMax, idleTimeoutMillis: KEEP_IDLE_MS },
    acquireConnectionTimeout: 10_000,
    log: knexLog(log),
  });
}

/** Without functions of its own knex writes lines that are no JSON to standard output. */
function knexLog(log: DatabaseLog | undefined): Knex.Logger {
  const warn = (message: unknown): void => log?.warn(`knex: ${String(message)}`);
  const error = (message: unknown): void => log?.error(`knex: ${String(message)}`);
  return { debug: () => undefined, deprecate: warn, warn, error };
}
