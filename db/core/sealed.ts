import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SealingKeys } from '../../config/sealing-keys';

/** A sealed text that none of the keys opens: another installation's, of a removed key, or changed in the database. */
export class UnsealError extends Error {
  constructor(reason: string) {
    super(`A sealed value cannot be opened: ${reason}`);
    this.name = 'UnsealError';
  }
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/**
 * Seals with AES-256-GCM under the current key. `associatedData` (e.g. table and row) is authenticated, not stored: a
 * sealed text copied elsewhere does not open there.
 */
export function seal({ currentId, keys }: SealingKeys, plaintext: string, associatedData = ''): string {
  const key = keys.get(currentId);
  if (key === undefined) throw new Error(`There is no sealing key ${currentId}`);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticatedBytes(currentId, associatedData));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [FORMAT, currentId, nonce.toString('base64url'), body.toString('base64url')].join('.');
}

/** Opens what `seal` made; same associated data. @throws UnsealError */
export function open({ keys }: SealingKeys, sealed: string, associatedData = ''): string {
  const [format, id, nonce, body, ...more] = sealed.split('.');
  if (format !== FORMAT || id === undefined || nonce === undefined || body === undefined || more.length > 0) {
    throw new UnsealError('it is not of a known form');
  }
  const key = keys.get(id);
  if (key === undefined) throw new UnsealError(`key ${id} is not configured`);
  const bytes = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(authenticatedBytes(id, associatedData));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new UnsealError('key, place or content is not the one it was sealed with');
  }
}

function authenticatedBytes(keyId: string, associatedData: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, keyId, associatedData]));
}
