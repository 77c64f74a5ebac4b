import { generateKeyPair, type JsonWebKey, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import { lockVendorTokenKeys } from '../core/locks';
import { open, seal, UnsealError } from '../core/sealed';

export const VENDOR_TOKEN_ALGORITHM = 'RS256';

/** How many of the newest keys are kept: the one that signs, and the one before it, which still verifies. */
const LIVE_KEYS = 2;
const RSA_BITS = 2048;

export interface VendorSigningKey {
  kid: string;
  privateJwk: JsonWebKey;
}

interface KeyRow {
  kid: string;
  private_jwk: string;
}

/** The public halves of the live keys, newest first, as a key set holds them. */
export async function publicVendorTokenKeys(knex: Knex): Promise<JsonWebKey[]> {
  const rows = await knex<{ id: string; public_jwk: JsonWebKey }>('vendor_token_keys').orderBy('id', 'desc');
  return rows.map(({ public_jwk: publicJwk }) => publicJwk);
}

/** The key that signs. @returns undefined when there is none that the keys of this installation open. */
export async function findVendorSigningKey(knex: Knex, keys: SealingKeys): Promise<VendorSigningKey | undefined> {
  const newest = await knex<KeyRow>('vendor_token_keys').orderBy('id', 'desc').first('kid', 'private_jwk');
  if (!newest) return undefined;
  const { kid, private_jwk: sealed } = newest;
  try {
    return { kid, privateJwk: JSON.parse(open(keys, sealed, associatedData(kid))) as JsonWebKey };
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

/**
 * Makes a key if there is none that can sign, e.g. in a new installation or when the key it was sealed with is gone. Several at
 * once make one. @returns the new key's id.
 */
export async function ensureVendorTokenKey(knex: Knex, keys: SealingKeys, now: Date): Promise<string | undefined> {
  return knex.transaction(async (trx) => {
    await lockVendorTokenKeys(trx);
    return (await findVendorSigningKey(trx, keys)) ? undefined : addKey(trx, keys, now);
  });
}

/** Makes a key that signs from now on. The one before it goes on verifying, older ones are deleted. @returns its id. */
export async function rotateVendorTokenKey(knex: Knex, keys: SealingKeys, now: Date): Promise<string> {
  return knex.transaction(async (trx) => {
    await lockVendorTokenKeys(trx);
    return addKey(trx, keys, now);
  });
}

async function addKey(trx: Knex, keys: SealingKeys, now: Date): Promise<string> {
  const kid = randomUUID();
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: VENDOR_TOKEN_ALGORITHM, use: 'sig' };
  const privateJwk = seal(keys, JSON.stringify(privateKey.export({ format: 'jwk' })), associatedData(kid));
  await trx('vendor_token_keys').insert({ kid, public_jwk: publicJwk, private_jwk: privateJwk, created_at: now });
  const kept = trx('vendor_token_keys').select('id').orderBy('id', 'desc').limit(LIVE_KEYS);
  await trx('vendor_token_keys').whereNotIn('id', kept).delete();
  return kid;
}

/** Bound into the seal: a private key copied to another row does not open. */
function associatedData(kid: string): string {
  return `vendor_token_keys:${kid}`;
}
