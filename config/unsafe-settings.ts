import { isUnguarded } from './guarded-providers';
import type { Settings } from './settings';

/** A setting that is well for a look on one's own machine, and open or readable to others elsewhere. */
export interface UnsafeSetting {
  setting: string;
  /** What it lets happen. */
  danger: string;
  remedy: string;
}

/** All of them, those that keep a service from starting in production and those that do not. */
export function findUnsafeSettings(settings: Settings): UnsafeSetting[] {
  return [
    ...openings(settings),
    ...unguardedProviders(settings),
    ...testSettings(settings),
    ...readableConnections(settings),
  ];
}

function openings({ auth }: Settings): UnsafeSetting[] {
  const unnamed = auth.issuers.filter(({ issuer, audience }) => !issuer || !audience);
  return [
    ...(auth.devKeyFile === undefined
      ? []
      : [
          unsafe('AUTH_DEV_KEY_FILE', 'whoever reads the file may do anything', 'name issuers in AUTH_ISSUERS instead'),
        ]),
    ...unnamed.map(({ issuer, jwksUrl = 'jwks' }) =>
      unsafe(
        issuer ? 'AUTH_AUDIENCE' : 'AUTH_ISSUER',
        `every token signed by ${originOf(jwksUrl)} is taken`,
        'set AUTH_ISSUER and AUTH_AUDIENCE',
      ),
    ),
  ];
}

function unguardedProviders({ providers }: Settings): UnsafeSetting[] {
  return providers
    .filter(isUnguarded)
    .map(({ name }) =>
      unsafe(
        `INVIGIL_PROVIDERS ${name}`,
        'whoever knows an attempt’s code and external id can send its review',
        'give it a callbackSecret, callbackAddresses or the protocol rest',
      ),
    );
}

function testSettings({ testClock, allowPrivateChannels, credentialKeys, logLevel }: Settings): UnsafeSetting[] {
  const given: [boolean, UnsafeSetting][] = [
    [testClock, unsafe('INVIGIL_TEST_CLOCK', 'callers with exams:write move deadlines', 'leave it out')],
    [
      allowPrivateChannels,
      unsafe('CHANNELS_ALLOW_PRIVATE', 'a channel may call servers of the inner network', 'leave it out'),
    ],
    [
      credentialKeys === undefined,
      unsafe(
        'CREDENTIAL_KEYS',
        'there are no keys to seal secrets and links with',
        'set it (docs/operations.md, "Keys")',
      ),
    ],
    [
      logLevel === 'debug' || logLevel === 'trace',
      unsafe('LOG_LEVEL', 'logs say more than they need', 'set info, or warn'),
    ],
  ];
  return given.filter(([isGiven]) => isGiven).map(([, setting]) => setting);
}

/** Connections to other machines that can be read on the way. */
function readableConnections(settings: Settings): UnsafeSetting[] {
  const { services, providers, auth, databaseUrl, smtpUrl } = settings;
  const { timeoutMs: _timeout, clientId: _id, clientSecret: _secret, ...urls } = services;
  const named: [string, string | undefined][] = [
    ...Object.entries(urls).map(([name, url]): [string, string] => [SERVICE_SETTINGS[name] ?? name, url]),
    ...providers.map(({ name, baseUrl }): [string, string | undefined] => [`INVIGIL_PROVIDERS ${name}`, baseUrl]),
    ...auth.issuers.map(({ jwksUrl }): [string, string | undefined] => ['AUTH_JWKS_URL', jwksUrl]),
    ['PUBLIC_URL', settings.publicUrl],
  ];
  return [
    ...named
      .filter(([, url]) => url !== undefined && url.startsWith('http:') && isElsewhere(url))
      .map(([name]) => unsafe(name, 'what is sent there can be read on the way', 'use https')),
    ...(isElsewhere(databaseUrl) && !/[?&]sslmode=(require|verify-ca|verify-full)/.test(databaseUrl)
      ? [
          unsafe(
            'DATABASE_URL',
            'the connection may be readable',
            'add ?sslmode=verify-full, unless the network is closed',
          ),
        ]
      : []),
    ...(smtpUrl?.startsWith('smtp:') && isElsewhere(smtpUrl) && !/[?&]requireTLS=true/.test(smtpUrl)
      ? [unsafe('SMTP_URL', 'mails and the password may be readable', 'use smtps:, or add ?requireTLS=true')]
      : []),
  ];
}

const SERVICE_SETTINGS: Record<string, string> = {
  credit: 'CREDIT_URL',
  grades: 'GRADES_URL',
  certificates: 'CERTIFICATES_URL',
  instructor: 'INSTRUCTOR_URL',
  courses: 'COURSES_URL',
  tokenUrl: 'PLATFORM_TOKEN_URL',
};

function isElsewhere(url: string): boolean {
  return URL.canParse(url) && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'its keys';
}

function unsafe(setting: string, danger: string, remedy: string): UnsafeSetting {
  return { setting, danger, remedy };
}
