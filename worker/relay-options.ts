import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { AttemptGateway, PublishGateway } from '../clients/temporal/attempts';
import type { WorkflowPeek } from '../clients/temporal/workflow-peek';
import type { AttemptTimings } from '../contracts/attempts/messages';
import type { RelayMetrics } from './relay-metrics';

export interface RelayOptions {
  knex: Knex;
  gateway: Pick<AttemptGateway, 'signalWithStart'> & { peek?: WorkflowPeek };
  /** Absent: leftovers of publishes are not relayed. */
  publishing?: Pick<PublishGateway, 'wakePublish'>;
  timings: AttemptTimings;
  /** The names of the configured ones. Absent: attempts are not held against them. */
  providers?: readonly string[];
  /** Pause between passes. */
  intervalMs: number;
  /** How long work may wait before its owner is woken; the owner itself is usually faster. */
  graceMs: number;
  log: Logger;
  metrics?: RelayMetrics;
}
