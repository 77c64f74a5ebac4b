import type { Knex } from 'knex';
import type { Platform } from '../../clients/platform/services';
import type { SealingKeys } from '../../config/sealing-keys';
import type { Outcome } from '../../domain/exports/model';
import type { ChannelPool } from './channel-pool';
import type { FairLimiter } from './fair-limiter';

/** A run's limits of time, tries and concurrency; config/settings.ts reads them. */
export interface ExportLimits {
  /** Look-ups under way towards one service, all runs of a worker together. */
  lookupConcurrency: number;
  lookupTries: number;
  sendTries: number;
  /** First pause between tries; doubles. */
  retryMs: number;
  /** Longest time a record waits for a busy channel, or for a service that sent Retry-After. */
  patienceMs: number;
}

/** Told of outcomes once they are written; for metrics. */
export type OutcomeCounter = (outcome: Outcome['kind'], count: number, run: { dryRun: boolean }) => void;

export interface ExportDependencies {
  knex: Knex;
  platform: Pick<Platform, 'grades' | 'certificates' | 'courses'>;
  channels: ChannelPool;
  /** One limiter per service, shared by the runs of this worker. */
  limiters: Record<'grades' | 'certificates' | 'courses', FairLimiter>;
  credentialKeys?: SealingKeys | undefined;
  limits: ExportLimits;
  countOutcomes?: OutcomeCounter | undefined;
}
