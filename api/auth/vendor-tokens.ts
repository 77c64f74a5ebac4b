import { randomUUID } from 'node:crypto';
import { importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import type { Knex } from 'knex';
import type { Settings } from '../../config/settings';
import { ApiError } from '../../contracts/api-error';
import type { Scope } from '../../contracts/scopes';
import { findVendorSigningKey, publicVendorTokenKeys, VENDOR_TOKEN_ALGORITHM } from '../../db/auth/vendor-token-keys';
import type { ApiContext } from '../context';
import { KeyCache } from './key-cache';
import type { TokenSource, TokenSourceOptions } from './token-sources';

export const VENDOR_TOKEN_SECONDS = 600;
/** Whatever a vendor asks for, and whatever a token of ours says. */
export const VENDOR_SCOPES: readonly Scope[] = ['callbacks'];

/**
 * A token for a vendor's callbacks on attempts of its provider.
 * @throws ApiError `keys-unavailable` when there is no key to sign with.
 */
export async function signVendorToken(
  { knex, settings, now }: Pick<ApiContext, 'knex' | 'settings' | 'now'>,
  { name, inboundClientId }: { name: string; inboundClientId?: string },
): Promise<string> {
  const { publicUrl, credentialKeys } = settings;
  const key = credentialKeys && (await findVendorSigningKey(knex, credentialKeys));
  if (!key || publicUrl === undefined)
    throw new ApiError(
      'keys-unavailable',
      'There is no key to sign tokens with; the migration of the database makes it.',
    );
  const issuedAt = Math.floor(now().getTime() / 1_000);
  return new SignJWT({ provider: name, scope: VENDOR_SCOPES.join(' '), client_id: inboundClientId })
    .setProtectedHeader({ alg: VENDOR_TOKEN_ALGORITHM, typ: 'JWT', kid: key.kid })
    .setIssuer(publicUrl)
    .setAudience(publicUrl)
    .setSubject(`provider:${name}`)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + VENDOR_TOKEN_SECONDS)
    .sign(await importJWK(key.privateJwk as JWK, VENDOR_TOKEN_ALGORITHM));
}

/**
 * This installation as an issuer; none when it has no address of its own. The database may be asked at once for a key that is
 * not known, so that the first callback after a rotation is accepted: never more than one question is under way.
 */
export function vendorTokenSources(
  { publicUrl, auth }: Settings,
  knex: Knex,
  { now, onFailure }: TokenSourceOptions,
): TokenSource[] {
  if (publicUrl === undefined) return [];
  const keys = new KeyCache({
    now,
    times: { ...auth.keyTimes, minIntervalMs: 0 },
    fetch: () => vendorKeySet(knex),
    onFailure: (error) => onFailure(publicUrl, error),
  });
  const named = { issuer: publicUrl, audience: publicUrl };
  return [{ ...named, keys, algorithms: [VENDOR_TOKEN_ALGORITHM], scopes: VENDOR_SCOPES }];
}

/** What vendors' tokens are verified with. */
export async function vendorKeySet(knex: Knex): Promise<JSONWebKeySet> {
  return { keys: await publicVendorTokenKeys(knex) };
}
