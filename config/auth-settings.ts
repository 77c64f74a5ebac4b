import type { Static } from '@sinclair/typebox';
import type { EnvReader } from './env-reader';
import { readJsonSetting } from './json-setting';
import { IssuerEntries, ScopeMapEntries, TOKEN_ALGORITHMS, type TokenAlgorithm } from './token-issuers';

/** Somebody who signs tokens that count here. */
export interface TokenIssuer {
  /** As in the claim `iss`. Absent only outside production: then any issuer counts that these keys belong to. */
  issuer?: string;
  /** One of them has to be in the claim `aud`. Absent only outside production. */
  audience?: string | string[];
  /** Where its keys are, unless they are given. */
  jwksUrl?: string;
  jwks?: { keys: Record<string, unknown>[] };
  algorithms: readonly TokenAlgorithm[];
}

/** When the keys of issuers are fetched, in milliseconds. */
export interface KeyTimes {
  /** Older keys are fetched again before they are used, so that long a key still counts that its issuer has withdrawn. */
  maxAgeMs: number;
  /** Shortest time between two fetches, so that strangers' tokens cannot cause many. */
  minIntervalMs: number;
  /** How long the last keys go on counting while their issuer cannot be reached. */
  keepMs: number;
}

/** Issuer → `claim:value` → the scopes that tokens with this claim have beside their own. */
export type ScopeMap = Static<typeof ScopeMapEntries>;

/** Who signs the tokens that callers carry, and what their tokens may do. */
export interface AuthSettings {
  issuers: TokenIssuer[];
  scopeMap: ScopeMap;
  keyTimes: KeyTimes;
  /** A key pair of this installation's own, for development. */
  devKeyFile?: string;
  /** The claim that administrators of periods are named by. */
  personClaim: string;
}

export function readAuth(reader: EnvReader): AuthSettings {
  reader.check(
    !reader.inProduction || !reader.raw('AUTH_DEV_KEY_FILE'),
    'AUTH_DEV_KEY_FILE is set: whoever reads the file may do anything, so production does not take it',
  );
  const single = readSingleIssuer(reader);
  const listed = readJsonSetting(reader, { name: 'AUTH_ISSUERS', schema: IssuerEntries });
  const others = (listed ?? []).map((entry) => ({ algorithms: TOKEN_ALGORITHMS, ...entry }));
  const issuers: TokenIssuer[] = single === undefined ? others : [single, ...others];
  for (const entry of others) checkEntry(reader, entry);
  const names = issuers.map(({ issuer }) => issuer);
  for (const name of names.filter((one, at) => names.indexOf(one) < at))
    reader.addProblem(`AUTH_ISSUERS: the issuer ${name} is there twice`);
  return {
    issuers,
    scopeMap: readScopeMap(reader, issuers),
    keyTimes: readKeyTimes(reader),
    ...reader.optional('devKeyFile', 'AUTH_DEV_KEY_FILE'),
    personClaim: reader.text('AUTH_PERSON_CLAIM', 'sub'),
  };
}

function readKeyTimes(reader: EnvReader): KeyTimes {
  const maxAgeMs = reader.integer('AUTH_KEYS_MAX_AGE_MS', 30_000);
  const keepMs = reader.integer('AUTH_KEYS_KEEP_MS', 3_600_000);
  reader.check(keepMs >= maxAgeMs, 'AUTH_KEYS_KEEP_MS must not be shorter than AUTH_KEYS_MAX_AGE_MS');
  return { maxAgeMs, keepMs, minIntervalMs: reader.integer('AUTH_KEYS_MIN_INTERVAL_MS', 1_000) };
}

function readSingleIssuer(reader: EnvReader): TokenIssuer | undefined {
  const { jwksUrl } = reader.optionalUrl('jwksUrl', 'AUTH_JWKS_URL');
  if (jwksUrl === undefined) return undefined;
  return {
    jwksUrl,
    algorithms: TOKEN_ALGORITHMS,
    ...reader.optional('issuer', 'AUTH_ISSUER'),
    ...reader.optional('audience', 'AUTH_AUDIENCE'),
  };
}

function checkEntry(reader: EnvReader, { issuer, jwksUrl, jwks }: TokenIssuer): void {
  reader.check((jwksUrl === undefined) !== (jwks === undefined), `AUTH_ISSUERS ${issuer}: give jwksUrl or jwks`);
  reader.check(
    jwksUrl === undefined || isHttpUrl(jwksUrl),
    `AUTH_ISSUERS ${issuer}: jwksUrl must be an address that starts with https:// or http://`,
  );
  for (const key of jwks?.keys ?? [])
    reader.check(!('d' in key) && key['kty'] !== 'oct', `AUTH_ISSUERS ${issuer}: jwks must hold public keys only`);
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

function readScopeMap(reader: EnvReader, issuers: readonly TokenIssuer[]): ScopeMap {
  const scopeMap = readJsonSetting(reader, { name: 'AUTH_SCOPE_MAP', schema: ScopeMapEntries }) ?? {};
  for (const name of Object.keys(scopeMap))
    reader.check(
      issuers.some(({ issuer }) => issuer === name),
      `AUTH_SCOPE_MAP: ${name} is not one of the configured issuers`,
    );
  return scopeMap;
}

const ISSUER_NEEDED = 'in production the API only takes tokens of named issuers, for a named audience';

/** The API has callers to know; workers and commands have none, so they do without. */
export function checkCallersAreKnown(reader: EnvReader): void {
  if (!reader.inProduction) return;
  if (reader.raw('AUTH_ISSUERS') && !reader.raw('AUTH_JWKS_URL')) return;
  for (const name of ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'])
    reader.check(reader.raw(name) !== undefined, `${name} is not set: ${ISSUER_NEEDED} (or name them in AUTH_ISSUERS)`);
}
