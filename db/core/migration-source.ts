import type { Knex } from 'knex';
import * as configuration from '../migrations/0001-configuration';
import * as attempts from '../migrations/0002-attempts';
import * as reviews from '../migrations/0003-reviews';
import * as commandsAndEffects from '../migrations/0004-commands-and-effects';
import * as requestsAndAudit from '../migrations/0005-requests-and-audit';
import * as publishing from '../migrations/0006-publishing';
import * as reviewCallbacks from '../migrations/0007-review-callbacks';
import * as receivingCallbacks from '../migrations/0010-receiving-callbacks';
import * as exportCustomers from '../migrations/0020-export-customers';
import * as exportLearners from '../migrations/0021-export-learners';
import * as exportRuns from '../migrations/0022-export-runs';
import * as transmissions from '../migrations/0023-transmissions';
import * as staleRows from '../migrations/0030-stale-rows';
import * as exportProgress from '../migrations/0031-export-progress';
import * as effectsByTarget from '../migrations/0036-effects-by-target';
import * as resolvedTransmissions from '../migrations/0037-resolved-transmissions';
import * as unconfirmedOwners from '../migrations/0038-unconfirmed-owners';
import * as vendorTokenKeys from '../migrations/0040-vendor-token-keys';
import * as waitingWork from '../migrations/0041-waiting-work';
import * as learnerLanguage from '../migrations/0049-learner-language';
import * as qualification from '../migrations/0050-qualification';
import * as pluginOffers from '../migrations/0051-plugin-offers';
import * as whoWhyAndWhen from '../migrations/0055-who-why-and-when';

interface NamedMigration extends Knex.Migration {
  name: string;
}

const MIGRATIONS: NamedMigration[] = [
  { name: '0001-configuration', ...configuration },
  { name: '0002-attempts', ...attempts },
  { name: '0003-reviews', ...reviews },
  { name: '0004-commands-and-effects', ...commandsAndEffects },
  { name: '0005-requests-and-audit', ...requestsAndAudit },
  { name: '0006-publishing', ...publishing },
  { name: '0007-review-callbacks', ...reviewCallbacks },
  { name: '0010-receiving-callbacks', ...receivingCallbacks },
  { name: '0020-export-customers', ...exportCustomers },
  { name: '0021-export-learners', ...exportLearners },
  { name: '0022-export-runs', ...exportRuns },
  { name: '0023-transmissions', ...transmissions },
  { name: '0030-stale-rows', ...staleRows },
  { name: '0031-export-progress', ...exportProgress },
  { name: '0036-effects-by-target', ...effectsByTarget },
  { name: '0037-resolved-transmissions', ...resolvedTransmissions },
  { name: '0038-unconfirmed-owners', ...unconfirmedOwners },
  { name: '0040-vendor-token-keys', ...vendorTokenKeys },
  { name: '0041-waiting-work', ...waitingWork },
  { name: '0049-learner-language', ...learnerLanguage },
  { name: '0050-qualification', ...qualification },
  { name: '0051-plugin-offers', ...pluginOffers },
  { name: '0055-who-why-and-when', ...whoWhyAndWhen },
];

/** A fixed list instead of a folder scan, so that sources, tests and the compiled output see the same names. */
export const migrationSource: Knex.MigrationSource<NamedMigration> = {
  getMigrations: async () => MIGRATIONS,
  getMigrationName: (migration) => migration.name,
  getMigration: async ({ up, down }) => ({ up, down: down ?? (async () => undefined) }),
};

/** The names of this release's migrations, oldest first. */
export function migrationNames(): string[] {
  return MIGRATIONS.map(({ name }) => name);
}
