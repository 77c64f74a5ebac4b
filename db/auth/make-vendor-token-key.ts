import { knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import { ensureVendorTokenKey, rotateVendorTokenKey } from './vendor-token-keys';

export interface MakeVendorTokenKeyOptions {
  /** Makes a new key although there is one that signs. */
  rotate?: boolean;
}

/** Part of bringing a database up to date. @returns the id of the key that was made; undefined when there was one. */
export async function makeVendorTokenKey(
  databaseUrl: string,
  keys: SealingKeys,
  { rotate = false }: MakeVendorTokenKeyOptions = {},
): Promise<string | undefined> {
  const pool = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 1 } });
  try {
    return await (rotate ? rotateVendorTokenKey : ensureVendorTokenKey)(pool, keys, new Date());
  } finally {
    await pool.destroy();
  }
}
