import type { Knex } from 'knex';
import type { PlatformTexts } from '../../clients/mail/status-mail';
import type { Platform } from '../../clients/platform/services';
import type { AttemptGateway } from '../../clients/temporal/attempts';
import type { ProviderRulesSettings } from '../../config/provider-rules';
import type { AttemptTimings } from '../../contracts/attempts/messages';

/** What the activities depend on; assembled once, by the worker (or a test). */
export interface Dependencies extends ProviderRulesSettings {
  knex: Knex;
  platform: Platform;
  gateway: Pick<AttemptGateway, 'signalWithStart' | 'signal'>;
  timings: AttemptTimings;
  /** How long a decision waits for its effects' first try. */
  effectBudgetMs: number;
  /**
   * How long an effect's lease lasts. Longer than any call's time limit, so that nobody sends a second
   * request while the first may still be under way.
   */
  effectLeaseMs: number;
  mailTexts: PlatformTexts;
  /** Base of the learning platform's pages; absent: support's notices of reviews have no link. */
  platformUrl?: string | undefined;
}
