import type { Knex } from 'knex';
import { queryRows } from '../core/query';

/** A save of fifty thousand students takes seconds; those who wait for it have the patience. */
const PATIENCE = `select set_config('lock_timeout', '60s', true), set_config('statement_timeout', '60s', true)`;

/** Takes the period's lock until the transaction ends: imports, saves and retractions of one period go one by one. */
export async function lockPeriod(trx: Knex, periodId: string): Promise<void> {
  await queryRows(trx, PATIENCE);
  await queryRows(trx, `select pg_advisory_xact_lock(hashtextextended('period:' || :periodId, 0))`, { periodId });
}

/** Nodes are hung up one by one, so that two moves at once never make a circle. */
export async function lockNodes(trx: Knex): Promise<void> {
  await queryRows(trx, `select pg_advisory_xact_lock(hashtextextended('nodes', 0))`);
}
