import { connectDatabase } from '../../db/core/connect';
import {
  type DatabaseServer,
  type MigrationStatus,
  readDatabaseServer,
  readMigrationStatus,
} from '../../db/core/inspect';
import { type ProviderInUse, readProvidersInUse } from '../../db/courses/providers-in-use';
import { databaseAddress, databaseFailure } from '../servers';
import { type Finding, well, problem, warning } from './finding';

export interface DatabaseObservation extends DatabaseServer {
  address: string;
  migrations: MigrationStatus;
  /** Empty also where the schema is too old to be asked. */
  providersInUse: ProviderInUse[];
}

export type ObservedDatabase = DatabaseObservation | { failure: string };

export async function observeDatabase(databaseUrl: string): Promise<ObservedDatabase> {
  try {
    const server = await readDatabaseServer(databaseUrl);
    const migrations = await readMigrationStatus(databaseUrl);
    const providersInUse = migrations.pending.length === 0 ? await askForProviders(databaseUrl) : [];
    return { ...server, address: databaseAddress(databaseUrl), migrations, providersInUse };
  } catch (error) {
    return { failure: databaseFailure(databaseUrl, error) };
  }
}

async function askForProviders(databaseUrl: string): Promise<ProviderInUse[]> {
  const knex = connectDatabase({ url: databaseUrl, poolMax: 1 });
  try {
    return await readProvidersInUse(knex);
  } finally {
    await knex.destroy();
  }
}

/** The oldest one that the migrations and statements are tested with. */
const OLDEST_POSTGRES = 14;

export function databaseFindings(observed: ObservedDatabase): Finding[] {
  if ('failure' in observed) return [problem('database', observed.failure, 'start it, or correct DATABASE_URL')];
  const { version, address, migrations } = observed;
  const isNewEnough = Number.parseInt(version, 10) >= OLDEST_POSTGRES;
  const server = `Postgres ${version} at ${address}`;
  return [
    isNewEnough ? well('database', server) : problem('database', server, `use Postgres ${OLDEST_POSTGRES} or newer`),
    ...migrationFindings(migrations),
  ];
}

function migrationFindings({ applied, pending, unknown }: MigrationStatus): Finding[] {
  const newer = unknown.map((name) => `${name} is of a newer release`).join(', ');
  return [
    pending.length === 0
      ? well('migrations', `${applied.length} applied, none pending`)
      : problem('migrations', `pending: ${pending.join(', ')}`, 'invigil migrate'),
    ...(newer === ''
      ? []
      : [warning('migrations', newer, 'run the newest release, unless it was taken back on purpose')]),
  ];
}
