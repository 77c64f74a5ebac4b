import { dirname, join } from 'node:path';
import type { ProviderSettings } from '../config/settings';

/** What the simulator accepts as OAuth client, for its services and its providers. */
export const SIMULATOR_CLIENT = { clientId: 'invigil', clientSecret: 'invigil-dev-secret' };

export interface StackPorts {
  api: number;
  workerHealth: number;
  postgres: number;
  temporal: number;
  temporalUi: number;
  simulator: number;
  smtp: number;
}

export interface EnvironmentParts {
  ports: StackPorts;
  databaseUrl?: string;
  temporal?: { address: string; uiUrl: string };
  simulatorUrl?: string;
  devKeyFile: string;
  credentialKeys: string;
  testClock: boolean;
  providers: readonly ProviderSettings[];
  extra: Record<string, string>;
}

/** The providers of a development stack: one vendor of the SoftwareSecure kind, one speaking the REST protocol. */
export function defaultProviders(simulatorUrl: string | undefined): ProviderSettings[] {
  const connection = (name: string): Partial<ProviderSettings> =>
    simulatorUrl ? { baseUrl: `${simulatorUrl}/providers/${name}`, ...SIMULATOR_CLIENT } : {};
  return [
    {
      name: 'software_secure',
      title: 'RPNow',
      supportsOnboarding: false,
      ruleSet: 'classic',
      ...connection('software_secure'),
    },
    {
      name: 'rest',
      title: 'Rest Proctor',
      supportsOnboarding: true,
      protocol: 'rest',
      ruleSet: 'classic',
      ...connection('rest'),
    },
  ];
}

/** The full environment of API and workers (config/settings.ts reads it): the caller's, ours over it, `extra` over both. */
export function stackEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { ports, databaseUrl, temporal } = parts;
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
    WORKER_HEALTH_PORT: String(ports.workerHealth),
    AUTH_DEV_KEY_FILE: parts.devKeyFile,
    CREDENTIAL_KEYS: process.env['CREDENTIAL_KEYS'] || parts.credentialKeys,
    CHANNELS_ALLOW_PRIVATE: '1',
    EXPORT_CSV_FOLDER: process.env['EXPORT_CSV_FOLDER'] || join(dirname(parts.devKeyFile), 'exports'),
    INVIGIL_TEST_CLOCK: parts.testClock ? '1' : '0',
    INVIGIL_PROVIDERS: JSON.stringify(parts.providers),
    ...simulatorEnvironment(parts),
    ...parts.extra,
  };
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
