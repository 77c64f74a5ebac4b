import type { Knex } from 'knex';
import { Gauge, type Registry } from 'prom-client';

/** Of tarn, the pool in knex: what it tells of itself. */
interface ConnectionPool {
  max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

const NUMBERS: { name: string; help: string; read: (pool: ConnectionPool) => number }[] = [
  { name: 'used', help: 'Database connections at work', read: (pool) => pool.numUsed() },
  { name: 'free', help: 'Open database connections without work', read: (pool) => pool.numFree() },
  { name: 'pending', help: 'Statements that wait for a connection', read: (pool) => pool.numPendingAcquires() },
  { name: 'max', help: 'Most connections this pool may open', read: (pool) => pool.max },
];

/** Adds the connections of this process's pools, by a name for each. */
export function addPoolMetrics(registry: Registry, pools: Record<string, Knex>): void {
  for (const { name, help, read } of NUMBERS) {
    new Gauge({
      name: `invigil_database_pool_${name}`,
      help,
      labelNames: ['pool'],
      registers: [registry],
      collect() {
        for (const [pool, knex] of Object.entries(pools)) {
          const connections = (knex.client as { pool?: ConnectionPool }).pool;
          if (connections) this.set({ pool }, read(connections));
        }
      },
    });
  }
}
