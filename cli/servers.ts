import type { Knex } from 'knex';
import { connectTemporal, type TemporalGateway } from '../clients/temporal/attempts';
import type { Settings } from '../config/settings';
import { connectDatabase } from '../db/core/connect';
import { pingDatabase } from '../db/core/inspect';
import { causeCode, CommandError } from './failures';

/** Host and port of a database's URL: all of it that may be shown. */
export function databaseAddress(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'an address that is no URL';
  const { hostname, port } = new URL(databaseUrl);
  return `${hostname || 'localhost'}:${port || '5432'}`;
}

const LOGIN_REFUSED = /^28/;

/** Why a database could not be used, in words that name the variable to correct. */
export function databaseFailure(databaseUrl: string, error: unknown): string {
  const code = causeCode(error);
  const address = databaseAddress(databaseUrl);
  if (LOGIN_REFUSED.test(code)) return `The database at ${address} refuses the login of DATABASE_URL (${code}).`;
  if (code === '3D000') return `The server at ${address} has no database of the name that DATABASE_URL gives.`;
  return `The database at ${address} cannot be reached (${code}). Does Postgres run there, and is DATABASE_URL right?`;
}

/** @throws CommandError unless the database answers. */
export async function requireDatabase(databaseUrl: string): Promise<void> {
  await pingDatabase(databaseUrl).catch((error: unknown) => {
    throw new CommandError(databaseFailure(databaseUrl, error));
  });
}

export function temporalFailure({ temporalAddress }: Pick<Settings, 'temporalAddress'>, error: unknown): string {
  return `Temporal at ${temporalAddress} cannot be reached (${causeCode(error)}). Does it run there, and is TEMPORAL_ADDRESS right?`;
}

/** Runs with both, once both have answered, and closes them. @throws CommandError when one does not answer. */
export async function withServers<T>(
  settings: Settings,
  poolMax: number,
  use: (servers: { knex: Knex; gateway: TemporalGateway }) => Promise<T>,
): Promise<T> {
  await requireDatabase(settings.databaseUrl);
  const gateway = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax });
  try {
    await gateway.readiness.ping().catch((error: unknown) => {
      throw new CommandError(temporalFailure(settings, error));
    });
    return await use({ knex, gateway });
  } finally {
    await Promise.all([gateway.close(), knex.destroy()]);
  }
}
