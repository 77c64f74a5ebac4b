import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redactSettings } from '../../../config/redact-settings';
import { readApiSettings, readSettings, SettingsError } from '../../../config/settings';

const KEY = Buffer.alloc(32, 7).toString('base64');
const DATABASE_URL = 'postgres://invigil:pg-word@127.0.0.1:5432/invigil';
const PROVIDER = { name: 'psi', title: 'PSI', supportsOnboarding: false };

const providers = (...list: object[]): { INVIGIL_PROVIDERS: string } => ({ INVIGIL_PROVIDERS: JSON.stringify(list) });

function problemsOf(env: Record<string, string>, read = readSettings): string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('Settings', () => {
  it('need nothing but a database', () => {
    expect(problemsOf({ DATABASE_URL })).toEqual([]);
  });

  it('name every faulty variable at once, with words an operator understands', () => {
    const problems = problemsOf({
      DATABASE_URL: '',
      PORT: 'eighty',
      EFFECT_BUDGET_MS: '-1',
      INVIGIL_PROVIDERS: '{',
      MAX_CACHED_WORKFLOWS: '10',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'PORT',
      'INVIGIL_PROVIDERS:',
      'EFFECT_BUDGET_MS',
      'MAX_CACHED_WORKFLOWS',
    ]);
  });

  it.each([
    ['DATABASE_URL', 'nonsense'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'http://127.0.0.1/db'],
    ['PORT', '99999'],
    ['WORKER_HEALTH_PORT', '65536'],
    ['LOG_LEVEL', 'loud'],
    ['CREDIT_URL', '127.0.0.1:8090'],
    ['AUTH_JWKS_URL', 'ftp://127.0.0.1/keys'],
    ['SMTP_URL', 'http://127.0.0.1:25'],
    ['TEMPORAL_UI_URL', 'localhost'],
  ])('refuse %s=%s at the start, not at its first use', (name, value) => {
    expect(problemsOf({ DATABASE_URL, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be`)),
    ]);
  });

  it('quote no address that is not one: it may hold a password', () => {
    expect(problemsOf({ DATABASE_URL: 'postgers://invigil:pg-word@h/d' }).join()).not.toContain('pg-word');
  });

  it('say in the error itself what is wrong and where to read on', () => {
    expect(() => readSettings({})).toThrow(/DATABASE_URL is not set\nSee docs\/operations.md/);
  });

  it('treat an empty variable as one that is not set', () => {
    const settings = readSettings({ DATABASE_URL, PORT: '', CREDIT_URL: '', SMTP_URL: '' });
    expect(settings.port).toBe(8080);
    expect(settings.services).not.toHaveProperty('credit');
    expect(settings).not.toHaveProperty('smtpUrl');
  });

  it.each(['1', 'true'])('switch the test clock on for "1" only, not for anything else (%s)', (value) => {
    expect(readSettings({ DATABASE_URL, INVIGIL_TEST_CLOCK: value }).testClock).toBe(value === '1');
  });
});

const production = { DATABASE_URL, NODE_ENV: 'production', CREDENTIAL_KEYS: `k1:${KEY}`, DEFAULT_RULE_SET: 'current' };

describe('Production', () => {
  const issuer = {
    AUTH_JWKS_URL: 'https://id.example.org/keys',
    AUTH_ISSUER: 'https://id.example.org',
    AUTH_AUDIENCE: 'x',
  };
  const apiProblems = (env: Record<string, string>): string[] => problemsOf(env, readApiSettings);

  it.each(Object.keys(issuer))('has no API that does not know %s of its callers', (name) => {
    expect(apiProblems({ ...production, ...issuer })).toEqual([]);
    expect(apiProblems({ ...production, ...issuer, [name]: '' })).toEqual([
      expect.stringContaining(`${name} is not set`),
    ]);
  });

  it('has workers that do without: nobody calls them', () => {
    expect(problemsOf(production)).toEqual([]);
  });

  it('takes no development key, which elsewhere is enough', () => {
    const AUTH_DEV_KEY_FILE = '.invigil/dev-key.json';
    const refused = [expect.stringContaining('AUTH_DEV_KEY_FILE')];
    expect(apiProblems({ ...production, ...issuer, AUTH_DEV_KEY_FILE })).toEqual(refused);
    expect(problemsOf({ ...production, AUTH_DEV_KEY_FILE })).toEqual(refused);
    expect(apiProblems({ DATABASE_URL, AUTH_DEV_KEY_FILE })).toEqual([]);
  });
});

describe('The workflow cache', () => {
  const cache = (cached: number, tasks: number): string[] =>
    problemsOf({ DATABASE_URL, MAX_CACHED_WORKFLOWS: String(cached), MAX_CONCURRENT_WORKFLOW_TASKS: String(tasks) });

  it('holds at least four workflows per concurrent task, or updates would stall', () => {
    expect(cache(160, 40)).toEqual([]);
    expect(cache(159, 40)).toEqual([expect.stringContaining('MAX_CACHED_WORKFLOWS must be at least 4 x')]);
  });
});

describe('Providers', () => {
  it('follow the classic rule set in development unless they name another', () => {
    const { providers: read } = readSettings({
      DATABASE_URL,
      ...providers(PROVIDER, { ...PROVIDER, name: 'b', ruleSet: 'current' }),
    });
    expect(read.map(({ ruleSet }) => ruleSet)).toEqual(['classic', 'current']);
  });

  it('leave the rules of attempts without any to DEFAULT_RULE_SET, which production has to name', () => {
    expect(readSettings({ DATABASE_URL }).defaultRuleSet).toBe('classic');
    expect(readSettings({ DATABASE_URL, DEFAULT_RULE_SET: 'current' }).defaultRuleSet).toBe('current');
    expect(problemsOf({ DATABASE_URL, DEFAULT_RULE_SET: 'modern' })).toEqual([
      'DEFAULT_RULE_SET must be one of classic, current, not "modern"',
    ]);
    expect(problemsOf({ ...production, DEFAULT_RULE_SET: '' })).toEqual([
      expect.stringContaining('DEFAULT_RULE_SET is not set'),
    ]);
  });

  it('have to name their rule set in production', () => {
    expect(problemsOf({ ...production, ...providers(PROVIDER) })).toEqual([
      expect.stringContaining('INVIGIL_PROVIDERS /ruleSet'),
    ]);
    const protocol = 'rest';
    expect(problemsOf({ ...production, ...providers({ ...PROVIDER, ruleSet: 'classic', protocol }) })).toEqual([]);
  });

  it.each([
    ['a rule set nobody knows', { ...PROVIDER, ruleSet: 'modern' }, '/ruleSet'],
    ['a misspelt field', { ...PROVIDER, baseUrll: 'http://127.0.0.1' }, '/baseUrll'],
    ['a missing title', { name: 'psi', supportsOnboarding: false }, '/title'],
    ['something that is no object', 'psi', 'INVIGIL_PROVIDERS'],
    [
      'a rule that does not exist',
      { ...PROVIDER, overrides: { passingStatus: [] } },
      'psi: rule set "classic": passingStatus',
    ],
  ])('are refused with %s', (_, provider, pointer) => {
    const env = { DATABASE_URL, INVIGIL_PROVIDERS: JSON.stringify([provider]) };
    expect(problemsOf(env)).toEqual([expect.stringContaining(pointer)]);
  });

  it('are refused when two have one name, of which one would never be asked', () => {
    expect(problemsOf({ DATABASE_URL, ...providers(PROVIDER, { ...PROVIDER, title: 'Other' }) })).toEqual([
      'INVIGIL_PROVIDERS: "psi" is there twice',
    ]);
  });

  it('are refused when they are not a list', () => {
    expect(problemsOf({ DATABASE_URL, INVIGIL_PROVIDERS: '{}' })).toEqual(['INVIGIL_PROVIDERS: is not a list']);
  });

  it('may stand in a file, and a file that is missing is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'invigil-settings-'));
    const file = join(folder, 'providers.json');
    writeFileSync(file, JSON.stringify([{ ...PROVIDER, ruleSet: 'current' }]));
    expect(readSettings({ DATABASE_URL, INVIGIL_PROVIDERS: `@${file}` }).providers).toHaveLength(1);
    rmSync(folder, { recursive: true });
    expect(problemsOf({ DATABASE_URL, INVIGIL_PROVIDERS: `@${file}` })).toEqual([expect.stringContaining('ENOENT')]);
  });
});

describe('Settings in a log', () => {
  const SECRETS = ['pg-word', 'smtp-word', 'platform-word', 'provider-word', 'obfuscation-word', 'admin:pw@1'];

  it('show no secret and no password of an address, but everything else', () => {
    const logged = JSON.stringify(
      redactSettings(
        readSettings({
          DATABASE_URL,
          SMTP_URL: 'smtp://mailer:smtp-word@127.0.0.1:25',
          CREDIT_URL: 'http://admin:pw@127.0.0.1',
          PLATFORM_CLIENT_ID: 'invigil',
          PLATFORM_CLIENT_SECRET: 'platform-word',
          USER_OBFUSCATION_KEY: 'obfuscation-word',
          ...providers({ ...PROVIDER, ruleSet: 'classic', clientSecret: 'provider-word' }),
        }),
      ),
    );
    for (const secret of SECRETS) expect(logged).not.toContain(secret);
    expect(logged).toContain('postgres://invigil:[redacted]@127.0.0.1:5432/invigil');
    expect(logged).toContain('"clientId":"invigil"');
  });

  it('show no password that itself has an @', () => {
    const logged = JSON.stringify(redactSettings(readSettings({ DATABASE_URL: 'postgres://u:first@second@h/d' })));
    expect(logged).toContain('postgres://u:[redacted]@h/d');
  });

  it('show no password of an address without a user name', () => {
    const logged = JSON.stringify(redactSettings(readSettings({ DATABASE_URL: 'postgres://:only-word@h/d' })));
    expect(logged).not.toContain('only-word');
  });
});

describe('Credential keys', () => {
  const key = KEY;

  it('are needed in production, where links to recordings would otherwise be kept in clear', () => {
    const keyless = { ...production, CREDENTIAL_KEYS: '' };
    expect(problemsOf(keyless)).toEqual([expect.stringMatching(/^CREDENTIAL_KEYS is not set: .*operations\.md/)]);
    expect(problemsOf({ ...production, CREDENTIAL_KEYS: `k1:${key}` })).toEqual([]);
    expect(problemsOf({ DATABASE_URL })).toEqual([]);
  });

  it('are read from the variable or a file, and a faulty one is named without being shown', () => {
    expect(readSettings({ DATABASE_URL, CREDENTIAL_KEYS: `k1:${key}` }).credentialKeys?.currentId).toBe('k1');
    const folder = mkdtempSync(join(tmpdir(), 'invigil-keys-'));
    writeFileSync(join(folder, 'keys'), `k2:${key}\n`);
    expect(readSettings({ DATABASE_URL, CREDENTIAL_KEYS: `@${join(folder, 'keys')}` }).credentialKeys?.currentId).toBe(
      'k2',
    );
    rmSync(folder, { recursive: true });
    const [problem] = problemsOf({ DATABASE_URL, CREDENTIAL_KEYS: `k1:${key.slice(4)}` });
    expect(problem).toMatch(/^CREDENTIAL_KEYS: key k1 has 29 bytes/);
  });

  it('are in no redacted settings', () => {
    const logged = JSON.stringify(redactSettings(readSettings({ DATABASE_URL, CREDENTIAL_KEYS: `k1:${key}` })));
    expect(logged).not.toContain(key.slice(0, 12));
    expect(logged).not.toContain('"data"');
  });
});
