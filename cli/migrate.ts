import type { Command } from 'commander';
import { type MigrationStatus, readMigrationStatus } from '../db/core/inspect';
import { migrateToLatest } from '../db/core/migrate';
import { CommandError } from './failures';
import { requireDatabase } from './servers';
import { EXIT, type Subcommand } from './subcommand';

interface MigrateOptions {
  status?: boolean;
}

const HELP = `
Reads DATABASE_URL and nothing else. Run it before a new release starts: migrations are additive, so processes of the
release before go on meanwhile. Several at once wait for one another; one that was killed is simply run again.

Example: invigil migrate --status`;

/** Brings the database to this release's schema. */
export const migrateCommand: Subcommand<MigrateOptions> = {
  name: 'migrate',
  summary: 'Brings the database to the newest schema',

  define(command: Command): void {
    command.option('--status', 'only shows which migrations are pending').addHelpText('after', HELP);
  },

  async run({ status = false }) {
    const databaseUrl = process.env['DATABASE_URL'];
    if (!databaseUrl) throw new CommandError('DATABASE_URL is not set: it names the database to migrate.');
    await requireDatabase(databaseUrl);
    if (status) {
      console.log(describeStatus(await readMigrationStatus(databaseUrl)));
      return EXIT.ok;
    }
    const names = await migrateToLatest(databaseUrl);
    console.log(names.length === 0 ? 'Nothing to do.' : `Migrated: ${names.join(', ')}`);
    return EXIT.ok;
  },
};

function describeStatus({ applied, pending, unknown }: MigrationStatus): string {
  const newer = unknown.length === 0 ? [] : [`Of a newer release: ${unknown.join(', ')}`];
  const open = pending.length === 0 ? 'Nothing is pending.' : `Pending: ${pending.join(', ')}`;
  return [`${applied.length} applied. ${open}`, ...newer].join('\n');
}
