import { buildApp } from '../api/app';
import { connectTemporal } from '../clients/temporal/attempts';
import { readSettings } from '../config/settings';
import { connectDatabase } from '../db/core/connect';

/** The OpenAPI document of the API, as /openapi.json has it. Nothing is connected to: the routes alone decide. */
export async function contractText(): Promise<string> {
  const settings = readSettings({ DATABASE_URL: 'postgres://127.0.0.1/none' });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: 1 });
  const temporal = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const app = await buildApp({ settings, knex, temporal });
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
    await Promise.all([temporal.close(), knex.destroy()]);
  }
}
