import { productionFindings } from '../../../../cli/doctor/production';

const SAFE = {
  DATABASE_URL: 'postgres://invigil@db.example.org/invigil?sslmode=verify-full',
  AUTH_JWKS_URL: 'https://id.example.org/keys',
  AUTH_ISSUER: 'https://id.example.org',
  AUTH_AUDIENCE: 'invigil',
  DEFAULT_RULE_SET: 'current',
  CREDENTIAL_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
};
const provider = { name: 'psi', title: 'PSI', supportsOnboarding: false, ruleSet: 'classic' };
const providers = (...more: object[]): string => JSON.stringify(more.map((one) => ({ ...provider, ...one })));

function named(env: Record<string, string>): string[] {
  return productionFindings({ ...SAFE, ...env }).map(({ level, check, seen }) =>
    level === 'problem' ? `refused: ${seen.split(/[: ]/)[0]}` : `${level}: ${check}`,
  );
}

it('Settings fit for production are well.', () => {
  expect(named({ INVIGIL_PROVIDERS: providers({ callbackSecret: 'a secret of some length' }) })).toEqual([
    'ok: production',
  ]);
});

it.each([
  ['a development key', { AUTH_DEV_KEY_FILE: 'key.json' }, ['refused: AUTH_DEV_KEY_FILE']],
  ['keys without an issuer', { AUTH_ISSUER: '' }, ['refused: AUTH_ISSUER']],
  ['keys without an audience', { AUTH_AUDIENCE: '' }, ['refused: AUTH_AUDIENCE']],
  ['no keys to seal with', { CREDENTIAL_KEYS: '' }, ['refused: CREDENTIAL_KEYS']],
  [
    'a SoftwareSecure provider that anybody may speak for',
    { INVIGIL_PROVIDERS: providers({}) },
    ['refused: INVIGIL_PROVIDERS'],
  ],
  ['a test clock', { INVIGIL_TEST_CLOCK: '1' }, ['warning: INVIGIL_TEST_CLOCK']],
  ['channels of the inner network', { CHANNELS_ALLOW_PRIVATE: '1' }, ['warning: CHANNELS_ALLOW_PRIVATE']],
  ['wordy logs', { LOG_LEVEL: 'trace' }, ['warning: LOG_LEVEL']],
  ['a database in clear', { DATABASE_URL: 'postgres://invigil@db.example.org/invigil' }, ['warning: DATABASE_URL']],
  ['mail in clear', { SMTP_URL: 'smtp://mail.example.org' }, ['warning: SMTP_URL']],
  ['a service in clear', { CREDIT_URL: 'http://lms.example.org' }, ['warning: CREDIT_URL']],
  ['an issuer in clear', { AUTH_JWKS_URL: 'http://id.example.org/keys' }, ['warning: AUTH_JWKS_URL']],
  ['an address of ours in clear', { PUBLIC_URL: 'http://exams.example.org' }, ['warning: PUBLIC_URL']],
])('%s is named.', (_, env, expected) => {
  expect(named(env as Record<string, string>)).toEqual(expected);
});

it('All that is unsafe is named at once, whatever NODE_ENV says.', () => {
  const env = { AUTH_DEV_KEY_FILE: 'key.json', INVIGIL_PROVIDERS: providers({}), INVIGIL_TEST_CLOCK: '1' };
  for (const NODE_ENV of ['production', 'development'])
    expect(named({ ...env, NODE_ENV })).toEqual([
      'refused: AUTH_DEV_KEY_FILE',
      'refused: INVIGIL_PROVIDERS',
      'warning: INVIGIL_TEST_CLOCK',
    ]);
});

it.each([
  ['of the REST protocol, which brings tokens', { protocol: 'rest' }],
  ['with a secret', { callbackSecret: 'a secret of some length' }],
  ['with addresses', { callbackAddresses: ['192.0.2.7'] }],
])('A provider %s may call back in production.', (_, more) => {
  expect(named({ INVIGIL_PROVIDERS: providers(more) })).toEqual(['ok: production']);
});
