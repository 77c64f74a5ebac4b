import { readFileSync } from 'node:fs';
import type { EnvReader } from './env-reader';

/** The keys secrets at rest are sealed with: the first seals, all open, so that a key can be replaced without a pause. */
export interface SealingKeys {
  currentId: string;
  /** Key id → 32 bytes. A Map, so that a careless JSON.stringify shows nothing. */
  keys: ReadonlyMap<string, Buffer>;
}

const KEY_BYTES = 32;

/**
 * Reads `id:base64` entries separated by commas or white space; the first is the one that seals.
 * @throws Error naming the fault, never the key.
 */
export function parseSealingKeys(text: string): SealingKeys {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const keys = new Map<string, Buffer>();
  for (const [at, entry] of entries.entries()) {
    const [, id, encoded] = /^([\w-]{1,64}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
    if (id === undefined || encoded === undefined) throw new Error(`entry ${at + 1} is not id:base64`);
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES) throw new Error(`key ${id} has ${key.length} bytes instead of ${KEY_BYTES}`);
    if (keys.has(id)) throw new Error(`key ${id} is given twice`);
    keys.set(id, key);
  }
  const [currentId] = keys.keys();
  if (currentId === undefined) throw new Error('there is no key');
  return { currentId, keys };
}

const KEYS_NEEDED =
  'CREDENTIAL_KEYS is not set: in production links to recordings and credentials are only kept sealed; see docs/operations.md';

/**
 * CREDENTIAL_KEYS: `id:base64` entries, the first one seals, or `@file` holding them. Needed in production: without them
 * every review with a recording would have to be refused.
 */
export function readCredentialKeys(reader: EnvReader): { credentialKeys?: SealingKeys } {
  const raw = reader.raw('CREDENTIAL_KEYS');
  reader.check(raw !== undefined || !reader.inProduction, KEYS_NEEDED);
  try {
    const credentialKeys = readSealingKeys(raw);
    return credentialKeys ? { credentialKeys } : {};
  } catch (error) {
    reader.addProblem((error as Error).message);
    return {};
  }
}

/** The value of CREDENTIAL_KEYS, or of the `@file` it names; undefined when it is not set. @throws Error in one sentence. */
export function readSealingKeys(raw: string | undefined): SealingKeys | undefined {
  if (!raw) return undefined;
  try {
    return parseSealingKeys(raw.startsWith('@') ? readFileSync(raw.slice(1), 'utf8') : raw);
  } catch (error) {
    throw new Error(`CREDENTIAL_KEYS: ${(error as Error).message}`);
  }
}
