import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { fetchKeySet } from '../../clients/http/key-set';
import type { AuthSettings, TokenIssuer } from '../../config/auth-settings';
import { DEV_AUDIENCE, DEV_ISSUER } from '../../config/dev-key';
import type { Scope } from '../../contracts/scopes';
import { devKeyOf } from './dev-key';
import { KeyCache, type KeySource } from './key-cache';

/** Somebody whose tokens count, with the keys they must be signed with. */
export interface TokenSource {
  keys: KeySource;
  algorithms: readonly string[];
  /** Absent outside production only: then every issuer or audience counts. */
  issuer?: string;
  audience?: string | string[];
  /** All its tokens may do, whatever they say; absent: what they say. */
  scopes?: readonly Scope[];
}

export interface TokenSourceOptions {
  now: () => Date;
  /** Told when an issuer's keys could not be fetched. */
  onFailure: (issuer: string, error: unknown) => void;
}

/** The configured issuers' and, in development, this installation's own key. */
export function configuredSources(auth: AuthSettings, options: TokenSourceOptions): TokenSource[] {
  const issuers = auth.issuers.map((entry) => issuerSource(entry, auth, options));
  if (auth.devKeyFile === undefined) return issuers;
  const keys = fixedKeys(devKeyOf(auth.devKeyFile));
  return [{ keys, algorithms: ['ES256'], issuer: DEV_ISSUER, audience: DEV_AUDIENCE }, ...issuers];
}

function issuerSource(
  { jwksUrl, jwks, ...expected }: TokenIssuer,
  { keyTimes: times }: AuthSettings,
  { now, onFailure }: TokenSourceOptions,
): TokenSource {
  if (jwksUrl === undefined) return { ...expected, keys: fixedKeys(createLocalJWKSet(jwks as JSONWebKeySet)) };
  const keys = new KeyCache({
    times,
    now,
    fetch: async () => (await fetchKeySet(jwksUrl)) as JSONWebKeySet,
    onFailure: (error) => onFailure(expected.issuer ?? jwksUrl, error),
  });
  return { ...expected, keys };
}

/** Keys that change with the configuration only, or that look after themselves. */
function fixedKeys(find: JWTVerifyGetKey): KeySource {
  return { current: async () => ({ find, countUntilMs: Infinity }), newerThan: async () => undefined };
}
