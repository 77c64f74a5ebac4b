import { type Knex, knex } from 'knex';

/** A transaction or a pool; every function of this folder takes one first. */
export type Db = Knex;

export interface DatabaseOptions {
  url: string;
  poolMax: number;
}

/**
 * Opens a pool in which nothing can hang for ever: statements, lock waits and idle transactions all end by themselves.
 * Works with a pool of one connection, as no function here takes a second one. The caller destroys it.
 */
export function connectDatabase({ url, poolMax }: DatabaseOptions): Knex {
  const connection = {
    connectionString: url,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'invigil',
  };
  return knex({ client: 'pg', connection, pool: { min: 0, max: poolMax }, acquireConnectionTimeout: 10_000 });
}
