import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import { principalOf } from '../../../api/auth/principal';
import { TokenScopes } from '../../../api/auth/token-scopes';
import type { ScopeMap } from '../../../config/auth-settings';
import { readSettings, type Settings } from '../../../config/settings';

const page = readFileSync(join(__dirname, '../../../docs/production.md'), 'utf8');
/** The blocks of the document in a language, parsed; by what `is` says they are. */
function blocks<T>(language: string, parse: (text: string) => unknown, is: (value: unknown) => value is T): T[] {
  const texts = [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
  return texts.map(parse).filter(is);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isToken = (value: unknown): value is JWTPayload => isObject(value) && 'iss' in value;
const isListWith =
  (member: string) =>
  (value: unknown): value is Record<string, unknown>[] =>
    Array.isArray(value) && isObject(value[0]) && member in value[0];
const isScopeMap = (value: unknown): value is ScopeMap =>
  isObject(value) && Object.keys(value).some((name) => name.startsWith('https://'));

const tokens = blocks('json', (text) => JSON.parse(text), isToken);
const settingsOf = (env: Record<string, string>): Settings =>
  readSettings({ DATABASE_URL: 'postgres://127.0.0.1/none', ...env });

/** What a shell makes of `NAME=value` lines. */
function variables(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s))
      .map(([name = '', value = '']) => [name, value.replace(/^'(.*)'$/s, '$1')]),
  );
}

describe('The examples of docs/production.md', () => {
  const [openEdx = []] = blocks('json', (text) => JSON.parse(text), isListWith('issuer'));
  const [scopeMap = {}] = blocks('json', (text) => JSON.parse(text), isScopeMap);
  const environments = [
    { AUTH_ISSUERS: JSON.stringify(openEdx), AUTH_SCOPE_MAP: JSON.stringify(scopeMap) },
    ...blocks('sh', variables, (value): value is Record<string, string> => isObject(value) && 'AUTH_ISSUER' in value),
  ];

  it('show four platforms, each with a token', () => {
    expect(environments).toHaveLength(4);
    expect(tokens.length).toBeGreaterThanOrEqual(4);
  });

  it.each(environments.map((env, at) => [env['AUTH_ISSUER'] ?? 'Open edX', env, tokens[at]] as const))(
    'let in the token of %s, with scopes',
    (_, env, claims = {}) => {
      const { issuers, scopeMap: map } = settingsOf(env).auth;
      const issuer = issuers.find((one) => one.issuer === claims.iss);
      expect([claims.aud].flat()).toContain(issuer?.audience);
      const principal = principalOf(claims, new TokenScopes(map).of(claims));
      expect(principal.scopes.size).toBeGreaterThan(0);
    },
  );

  it('are mail texts that count', () => {
    const [texts] = blocks('json', (text) => JSON.parse(text), isListWith('template'));
    const folder = mkdtempSync(join(tmpdir(), 'invigil-examples-'));
    const file = join(folder, 'texts.json');
    writeFileSync(file, JSON.stringify(texts));
    const providers = [{ name: 'rest', title: 'R', supportsOnboarding: false }];
    const env = { MAIL_TEXTS_FILE: file, INVIGIL_PROVIDERS: JSON.stringify(providers) };
    expect(settingsOf(env).mailTexts.own?.texts).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });
});
