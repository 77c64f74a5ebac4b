import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthSettings } from '../../../config/auth-settings';
import { readApiSettings, readSettings, SettingsError } from '../../../config/settings';

const DATABASE_URL = 'postgres://invigil:pg-word@127.0.0.1:5432/invigil';
const PRODUCTION = {
  DATABASE_URL,
  NODE_ENV: 'production',
  DEFAULT_RULE_SET: 'classic',
  CREDENTIAL_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};
const ISSUER = { issuer: 'https://id.example.org/', audience: 'invigil', jwksUrl: 'https://id.example.org/jwks' };

const authOf = (env: Record<string, string>): AuthSettings => readSettings({ DATABASE_URL, ...env }).auth;
const list = (...issuers: object[]): { AUTH_ISSUERS: string } => ({ AUTH_ISSUERS: JSON.stringify(issuers) });

function problemsOf(env: Record<string, string>, read = readSettings): string[] {
  try {
    read({ DATABASE_URL, ...env });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('Issuers of tokens', () => {
  it('are the single one of AUTH_JWKS_URL and all of AUTH_ISSUERS', () => {
    const { issuers } = authOf({
      AUTH_JWKS_URL: 'https://a.example.org/jwks',
      AUTH_ISSUER: 'https://a.example.org',
      AUTH_AUDIENCE: 'invigil',
      ...list(ISSUER, { ...ISSUER, issuer: 'b', algorithms: ['RS512'] }),
    });
    expect(issuers.map(({ issuer }) => issuer)).toEqual(['https://a.example.org', ISSUER.issuer, 'b']);
    expect(issuers.map(({ algorithms }) => algorithms)).toEqual([
      ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'PS256'],
      ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'PS256'],
      ['RS512'],
    ]);
  });

  it('may be kept in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'invigil-issuers-'));
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify([ISSUER]));
    expect(authOf({ AUTH_ISSUERS: `@${file}` }).issuers).toEqual([expect.objectContaining(ISSUER)]);
    rmSync(folder, { recursive: true });
    expect(problemsOf({ AUTH_ISSUERS: `@${file}` })).toEqual([expect.stringMatching(/^AUTH_ISSUERS: ENOENT/)]);
  });

  it('may bring their keys along, if these are public', () => {
    const { jwksUrl: _, ...named } = ISSUER;
    const jwks = { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }] };
    expect(authOf(list({ ...named, jwks })).issuers).toEqual([expect.objectContaining({ jwks })]);
    const refused = [expect.stringContaining('jwks must hold public keys only')];
    expect(problemsOf(list({ ...named, jwks: { keys: [{ ...jwks.keys[0], d: 'secret' }] } }))).toEqual(refused);
    expect(problemsOf(list({ ...named, jwks: { keys: [{ kty: 'oct', k: 'secret' }] } }))).toEqual(refused);
  });

  it.each([
    ['no JSON', '{', 'AUTH_ISSUERS: is not JSON'],
    ['no list', '{}', 'AUTH_ISSUERS (as a whole): Expected array'],
    ['an entry without audience', JSON.stringify([{ ...ISSUER, audience: undefined }]), 'AUTH_ISSUERS /0/audience: '],
    ['a member that does not exist', JSON.stringify([{ ...ISSUER, jwksUri: 'x' }]), 'AUTH_ISSUERS /0/jwksUri: '],
    [
      'a shared secret as algorithm',
      JSON.stringify([{ ...ISSUER, algorithms: ['HS256'] }]),
      'AUTH_ISSUERS /0/algorithms',
    ],
    ['no keys at all', JSON.stringify([{ issuer: 'a', audience: 'b' }]), 'AUTH_ISSUERS a: give jwksUrl or jwks'],
    [
      'an address that is none',
      JSON.stringify([{ ...ISSUER, jwksUrl: 'id.example.org' }]),
      'jwksUrl must be an address',
    ],
    ['the same issuer twice', JSON.stringify([ISSUER, ISSUER]), 'AUTH_ISSUERS: the issuer https://id.example.org/ is'],
  ])('with %s are refused in words', (_, AUTH_ISSUERS, words) => {
    const problems = problemsOf({ AUTH_ISSUERS });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
  });

  it('keep their last keys at least as long as they need not be fetched', () => {
    expect(problemsOf({ AUTH_KEYS_MAX_AGE_MS: '60000', AUTH_KEYS_KEEP_MS: '59999' })).toEqual([
      expect.stringContaining('AUTH_KEYS_KEEP_MS'),
    ]);
  });
});

describe('In production', () => {
  const keys = { AUTH_JWKS_URL: ISSUER.jwksUrl };
  it.each([
    ['neither issuer nor audience', keys],
    ['no audience', { ...keys, AUTH_ISSUER: 'a' }],
    ['no issuer', { ...keys, AUTH_AUDIENCE: 'b' }],
  ])('the API refuses keys with %s: they would let in every token of that service', (_, env) => {
    const named = new Set(Object.keys(env));
    const missing = ['AUTH_ISSUER', 'AUTH_AUDIENCE'].filter((name) => !named.has(name));
    const refused = missing.map((name) => expect.stringContaining(`${name} is not set`) as string);
    expect(problemsOf({ ...PRODUCTION, ...env }, readApiSettings)).toEqual(refused);
    expect(problemsOf({ ...PRODUCTION, ...env, ...list(ISSUER) }, readApiSettings)).toEqual(refused);
    expect(problemsOf(env, readApiSettings)).toEqual([]);
  });

  it('the API starts with a list of issuers alone', () => {
    expect(problemsOf({ ...PRODUCTION, ...list(ISSUER) }, readApiSettings)).toEqual([]);
  });
});

describe('The scope map', () => {
  const map = (entries: unknown): { AUTH_SCOPE_MAP: string } => ({ AUTH_SCOPE_MAP: JSON.stringify(entries) });
  const client = { 'azp:console': ['exams:read'] };

  it('names issuers, then claims with their values, then scopes', () => {
    const entries = { [ISSUER.issuer]: client };
    expect(authOf({ ...list(ISSUER), ...map(entries) }).scopeMap).toEqual(entries);
  });

  it.each([
    ['a claim that does not identify anybody', { [ISSUER.issuer]: { 'email:a@example.org': ['exams:read'] } }],
    ['a client without its claim', { [ISSUER.issuer]: { console: ['exams:read'] } }],
    ['scopes that are no list', { [ISSUER.issuer]: { 'azp:console': 'exams:read' } }],
    ['an issuer that is not configured', { 'https://other.example.org': client }],
  ])('with %s is refused', (_, entries) => {
    expect(problemsOf({ ...list(ISSUER), ...map(entries) })).toEqual([expect.stringMatching(/^AUTH_SCOPE_MAP/)]);
  });
});

it('Every AUTH_ setting stands in the table of docs/production.md', () => {
  const read = (path: string): string => readFileSync(join(__dirname, '../../..', path), 'utf8');
  const namesIn = (text: string): string[] => [...new Set(text.match(/\bAUTH_[A-Z_]+/g))].sort();
  const [, table = ''] = read('docs/production.md').split(/^### Settings$/m);
  const settings = namesIn(read('config/auth-settings.ts'));
  expect(settings.length).toBeGreaterThan(5);
  expect(namesIn(table.split(/^With /m)[0] ?? '')).toEqual(settings);
});

describe('Vendors that get tokens', () => {
  const vendor = { name: 'a', title: 'A', supportsOnboarding: false, inboundClientId: 'client-a' };
  const complete = { ...vendor, inboundClientSecret: 'sixteen letters or more' };
  const needed = { PUBLIC_URL: 'https://exams.example.org', CREDENTIAL_KEYS: PRODUCTION.CREDENTIAL_KEYS };
  const providers = (...entries: object[]): { INVIGIL_PROVIDERS: string } => ({
    INVIGIL_PROVIDERS: JSON.stringify(entries),
  });

  it('need an address of this service and keys to seal with', () => {
    expect(problemsOf({ ...needed, ...providers(complete) })).toEqual([]);
    for (const name of Object.keys(needed))
      expect(problemsOf({ ...needed, ...providers(complete), [name]: '' })).toEqual([expect.stringContaining(name)]);
  });

  it('have id and secret, and share neither', () => {
    expect(problemsOf({ ...needed, ...providers(vendor) })).toEqual([expect.stringContaining('go together')]);
    expect(problemsOf({ ...needed, ...providers(complete, { ...complete, name: 'b' }) })).toEqual([
      expect.stringContaining('the same inboundClientId'),
    ]);
  });

  it('have an issuer of their own: no other one may be of that name', () => {
    const same = { ...needed, ...list({ ...ISSUER, issuer: needed.PUBLIC_URL }) };
    expect(problemsOf(same)).toEqual([expect.stringContaining('must have an issuer of their own')]);
  });

  it.each(['exams.example.org', 'ftp://exams.example.org', 'https://', 'https://exams.example.org/?a=b'])(
    'are not given the address %s',
    (PUBLIC_URL) => {
      expect(problemsOf({ PUBLIC_URL })).toEqual([expect.stringContaining('PUBLIC_URL must be an address')]);
    },
  );

  it('are given the address without its trailing slash', () => {
    expect(readSettings({ DATABASE_URL, PUBLIC_URL: 'https://exams.example.org/' }).publicUrl).toBe(needed.PUBLIC_URL);
  });
});
