import type { Command } from 'commander';
import { readSealingKeys, type SealingKeys } from '../config/sealing-keys';
import { makeVendorTokenKey } from '../db/auth/make-vendor-token-key';
import { type MigrationStatus, readMigrationStatus } from '../db/core/inspect';
import { migrateToLatest } from '../db/core/migrate';
import { CommandError, MisuseError } from './failures';
import { requireDatabase } from './servers';
import { EXIT, type Subcommand } from './subcommand';

interface MigrateOptions {
  status?: boolean;
  rotateVendorKey?: boolean;
}

const HELP = `
Reads DATABASE_URL and CREDENTIAL_KEYS: with these it also makes the key that tokens for vendors are signed with, if there
is none that they open. --rotate-vendor-key makes a new one that signs from then on; the one before it goes on verifying
until the next rotation. Run it before a new release starts: migrations are additive, so processes of the
release before go on meanwhile. Several at once wait for one another; one that was killed is simply run again.

Example: invigil migrate --status`;

/** Brings the database to this release's schema. */
export const migrateCommand: Subcommand<MigrateOptions> = {
  name: 'migrate',
  summary: 'Brings the database to the newest schema',

  define(command: Command): void {
    command
      .option('--status', 'only shows which migrations are pending')
      .option('--rotate-vendor-key', "makes a new key for vendors' tokens")
      .addHelpText('after', HELP);
  },

  async run({ status = false, rotateVendorKey = false }) {
    if (status && rotateVendorKey) throw new MisuseError('--status changes nothing; leave out --rotate-vendor-key.');
    const databaseUrl = process.env['DATABASE_URL'];
    if (!databaseUrl) throw new CommandError('DATABASE_URL is not set: it names the database to migrate.');
    await requireDatabase(databaseUrl);
    if (status) {
      console.log(describeStatus(await readMigrationStatus(databaseUrl)));
      return EXIT.ok;
    }
    await bringUpToDate(databaseUrl, rotateVendorKey);
    return EXIT.ok;
  },
};

async function bringUpToDate(databaseUrl: string, rotate: boolean): Promise<void> {
  const keys = sealingKeys();
  if (!keys && rotate)
    throw new CommandError('CREDENTIAL_KEYS is not set: it holds the keys that the new one is to be sealed with.');
  const names = await migrateToLatest(databaseUrl);
  const kid = keys && (await makeVendorTokenKey(databaseUrl, keys, { rotate }));
  if (names.length > 0) console.log(`Migrated: ${names.join(', ')}`);
  if (kid !== undefined) console.log(`Made the key ${kid} for vendors' tokens.`);
  if (names.length === 0 && kid === undefined) console.log('Nothing to do.');
}

function sealingKeys(): SealingKeys | undefined {
  try {
    return readSealingKeys(process.env['CREDENTIAL_KEYS']);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function describeStatus({ applied, pending, unknown }: MigrationStatus): string {
  const newer = unknown.length === 0 ? [] : [`Of a newer release: ${unknown.join(', ')}`];
  const open = pending.length === 0 ? 'Nothing is pending.' : `Pending: ${pending.join(', ')}`;
  return [`${applied.length} applied. ${open}`, ...newer].join('\n');
}
