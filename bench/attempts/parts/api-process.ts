import { decideActivity } from '../../../activities/attempts/decide';
import { buildApp } from '../../../api/app';
import { connectTemporal } from '../../../clients/temporal/attempts';
import { readSettings } from '../../../config/settings';
import { connectDatabase } from '../../../db/core/connect';
import { buildPlatform } from '../../../worker/build-platform';
import type { OwnVariant } from '../plan';
import { buildFloorApp } from './floor-app';
import { benchGateway, inlineGateway } from './gateways';

/** API process of a variant: the real application with another gateway behind it, or the floor's. */
async function main(variant: OwnVariant): Promise<void> {
  const settings = readSettings();
  const { temporalAddress: address, temporalNamespace: namespace } = settings;
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax, byIndex: true });
  const real = connectTemporal({ address, namespace });
  const rest = {
    signal: real.signal.bind(real),
    signalWithStart: real.signalWithStart.bind(real),
    close: real.close.bind(real),
    publish: real.publish.bind(real),
    wakePublish: real.wakePublish.bind(real),
    exports: real.exports,
    drafts: real.drafts,
    readiness: real.readiness,
  };
  const temporal =
    variant === 'noEngine'
      ? inlineGateway(decideActivity({ ...settings, knex, platform: buildPlatform(settings), gateway: real }), rest)
      : benchGateway(variant, real.client, rest);
  const parts = { settings, knex, temporal, now: () => new Date() };
  const app = variant === 'floor' ? await buildFloorApp(parts) : await buildApp(parts);
  await app.listen({ host: settings.host, port: settings.port });
  process.once('SIGTERM', () => process.exit(0));
}

void main(process.argv[2] as OwnVariant);
