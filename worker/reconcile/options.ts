import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { TemporalGateway } from '../../clients/temporal/attempts';
import type { AttemptTimings } from '../../contracts/attempts/messages';
import type { ReconcileMetrics } from './metrics';

export interface ReconcilerOptions {
  knex: Knex;
  gateway: TemporalGateway;
  timings: AttemptTimings;
  log: Logger;
  metrics?: ReconcileMetrics;
  /** Between two passes; 0: never. */
  intervalMs: number;
  /** How long a disagreement has to last to count. */
  settleMs?: number;
  /** Rows of each kind that a pass looks at. */
  batch?: number;
}
