import '../config/node-version';
import pino from 'pino';
import { connectTemporal } from '../clients/temporal/attempts';
import { redactSettings } from '../config/redact-settings';
import { readApiSettings } from '../config/settings';
import { explainStartFailure } from '../config/start-failure';
import { connectDatabase } from '../db/core/connect';
import { ERROR_SERIALIZERS } from '../db/core/logged-error';
import { buildApp } from './app';
import { loggedRequest } from './http/logged-request';

/** How long requests in flight may take when the process is stopped. */
const STOP_WITHIN_MS = 15_000;

/** The composition root of the API process. Temporal is connected on first use: reads work without it. */
async function main(): Promise<void> {
  const settings = readApiSettings();
  const log = pino({ name: 'api', level: settings.logLevel, serializers: ERROR_SERIALIZERS });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax, byIndex: true, log });
  const temporal = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const serializers = { ...ERROR_SERIALIZERS, req: loggedRequest };
  const logger = { level: settings.logLevel, redact: ['req.headers.authorization'], serializers };
  const app = await buildApp({ settings, knex, temporal, logger });
  app.addHook('onClose', async () => {
    await Promise.allSettled([temporal.close(), knex.destroy()]);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      app.log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
      app.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  app.log.debug({ settings: redactSettings(settings) }, 'settings');
  await app.listen({ host: settings.host, port: settings.port });
  app.log.info({ host: settings.host, port: settings.port }, 'ready');
}

main().catch((error: unknown) => {
  console.error(explainStartFailure(error, 'PORT') ?? error);
  process.exit(1);
});
