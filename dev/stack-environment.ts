import { dirname, join } from 'node:path';
import type { ProviderSettings } from '../config/settings';
import type { StackOptions } from './stack-options';
import type { StackPorts } from './stack-ports';

/** What the simulator accepts as OAuth client, for its services and its providers. */
export const SIMULATOR_CLIENT = { clientId: 'invigil', clientSecret: 'invigil-dev-secret' };

export interface EnvironmentParts {
  ports: StackPorts;
  databaseUrl: string | undefined;
  temporal: { address: string; uiUrl: string } | undefined;
  simulatorUrl: string | undefined;
  devKeyFile: string;
  credentialKeys: string;
  options: Pick<StackOptions, 'providers' | 'testClock' | 'ignoreExternal' | 'env'>;
}

/** The providers of a development stack: one of each protocol, and one of each rule set. */
export function defaultProviders(simulatorUrl: string | undefined): ProviderSettings[] {
  const connection = (name: string): Partial<ProviderSettings> =>
    simulatorUrl ? { baseUrl: `${simulatorUrl}/providers/${name}`, ...SIMULATOR_CLIENT } : {};
  return [
    {
      name: 'software_secure',
      title: 'RPNow',
      supportsOnboarding: false,
      protocol: 'software_secure',
      ruleSet: 'classic',
      ...connection('software_secure'),
    },
    {
      name: 'rest',
      title: 'Rest Proctor',
      supportsOnboarding: true,
      protocol: 'rest',
      ruleSet: 'current',
      ...connection('rest'),
    },
  ];
}

/** The full environment of API and workers (config/settings.ts reads it): the caller's, ours over it, `env` over both. */
export function stackEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { ports, databaseUrl, temporal, options } = parts;
  return {
    ...definedOnly(process.env),
    ...definedOnly({
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporal?.address,
      TEMPORAL_UI_URL: temporal?.uiUrl,
    }),
    // The development key is refused in production.
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    PUBLIC_URL: process.env['PUBLIC_URL'] || `http://127.0.0.1:${ports.api}`,
    WORKER_HEALTH_PORT: String(ports.workerHealth),
    AUTH_DEV_KEY_FILE: parts.devKeyFile,
    CREDENTIAL_KEYS: process.env['CREDENTIAL_KEYS'] || parts.credentialKeys,
    CHANNELS_ALLOW_PRIVATE: '1',
    EXPORT_CSV_FOLDER: process.env['EXPORT_CSV_FOLDER'] || join(dirname(parts.devKeyFile), 'exports'),
    INVIGIL_TEST_CLOCK: options.testClock ? '1' : '0',
    INVIGIL_PROVIDERS: providersText(options, parts.simulatorUrl),
    ...simulatorEnvironment(parts),
    ...options.env,
  };
}

function providersText(
  { providers, ignoreExternal }: EnvironmentParts['options'],
  simulatorUrl: string | undefined,
): string {
  const { INVIGIL_PROVIDERS: ofCaller } = process.env;
  if (providers === undefined && ofCaller && !ignoreExternal) return ofCaller;
  const list = providers ?? defaultProviders;
  return JSON.stringify(typeof list === 'function' ? list(simulatorUrl) : list);
}

function simulatorEnvironment({ simulatorUrl, ports }: EnvironmentParts): Record<string, string> {
  if (!simulatorUrl) return {};
  return {
    CREDIT_URL: simulatorUrl,
    GRADES_URL: simulatorUrl,
    CERTIFICATES_URL: simulatorUrl,
    INSTRUCTOR_URL: simulatorUrl,
    COURSES_URL: simulatorUrl,
    LEARNING_PLATFORM_URL: simulatorUrl,
    PLATFORM_TOKEN_URL: `${simulatorUrl}/oauth2/access_token`,
    PLATFORM_CLIENT_ID: SIMULATOR_CLIENT.clientId,
    PLATFORM_CLIENT_SECRET: SIMULATOR_CLIENT.clientSecret,
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
  };
}

function definedOnly(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
