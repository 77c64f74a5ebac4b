import type { Command } from 'commander';
import type { Settings } from '../../config/settings';
import { SettingsError } from '../../config/settings';
import { findApi } from '../addresses';
import { EXIT, type Subcommand } from '../subcommand';
import { clockFindings, type ObservedClocks } from './clocks';
import { databaseFindings, observeDatabase, type ObservedDatabase } from './database';
import type { Finding } from './finding';
import { keyFindings, observeKeys } from './keys';
import { mailFindings, observeMail } from './mail';
import { nodeFindings } from './node';
import { probe } from './probe';
import { productionFindings } from './production';
import { observeProviders, providerFindings } from './providers';
import { doctorReport, isWell } from './report';
import { observeServices, serviceFindings } from './services';
import { observeSettings, settingsFindings } from './settings';
import { observeTemporal, temporalFindings } from './temporal';

interface DoctorOptions {
  json?: boolean;
  production?: boolean;
  url?: string;
}

const HELP = `
Reads the settings of an API or worker and looks at what they name: database and migrations, Temporal with its namespace
and search attributes, keys, clocks, the platform's services, providers, mail. Changes nothing and sends no mail.

Exit code: 0 all is well, or nearly; 1 something is wrong; 2 the command line makes no sense.

Example: docker compose exec api invigil doctor`;

/** Looks an installation over. */
export const doctorCommand: Subcommand<DoctorOptions> = {
  name: 'doctor',
  summary: 'Checks an installation and says what to do where it is not well',

  define(command: Command): void {
    command
      .option('--json', 'the findings as JSON')
      .option('--production', 'also lists every setting that is unsafe in production')
      .option('--url <url>', 'the API whose clock is compared (else INVIGIL_URL, a running `npm start`)')
      .addHelpText('after', HELP);
  },

  async run({ json = false, production = false, ...options }) {
    const api = findApi(options, process.env).value;
    const observed = observeSettings(process.env);
    const findings = [
      ...settingsFindings(observed),
      ...(production ? productionFindings(process.env) : []),
      ...nodeFindings(process.versions.node),
      ...(observed instanceof SettingsError ? [] : await findingsOf(observed, api)),
    ];
    console.log(json ? JSON.stringify({ isWell: isWell(findings), findings }, null, 2) : doctorReport(findings));
    return isWell(findings) ? EXIT.ok : EXIT.failed;
  },
};

async function findingsOf(settings: Settings, api: string): Promise<Finding[]> {
  const [database, temporal, keys, services, providers, mail, apiProbe, uiProbe] = await Promise.all([
    observeDatabase(settings.databaseUrl),
    observeTemporal(settings),
    observeKeys(settings),
    observeServices(settings),
    observeProviders(settings),
    observeMail(settings),
    probe(`${api}/healthz`),
    probe(settings.temporalUiUrl),
  ]);
  const clocks: ObservedClocks = {
    database: 'failure' in database ? null : database.clockAheadMs,
    API: 'failure' in apiProbe ? null : apiProbe.aheadMs,
    "Temporal's UI": 'failure' in uiProbe ? null : uiProbe.aheadMs,
  };
  return [
    ...databaseFindings(database),
    ...temporalFindings(temporal),
    ...keyFindings(keys),
    ...clockFindings(clocks),
    ...serviceFindings(services, settings),
    ...providerFindings(providers, inUse(database)),
    ...mailFindings(mail),
  ];
}

function inUse(database: ObservedDatabase) {
  return 'failure' in database ? [] : database.providersInUse;
}
