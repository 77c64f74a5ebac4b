import { readFile, stat } from 'node:fs/promises';
import { importJWK, type JWTVerifyGetKey } from 'jose';
import type { DevKey } from '../../config/dev-key';
import { ApiError } from '../../contracts/api-error';

/** The file may appear after the start and be replaced later; it is read again whenever it changes. */
export function devKeyOf(file: string): JWTVerifyGetKey {
  let known: { mtimeMs: number; key: ReturnType<typeof importJWK> } | undefined;
  return async () => {
    const { mtimeMs } = await stat(file).catch(() => {
      throw new ApiError('unauthenticated', 'The development key does not exist yet.');
    });
    if (known?.mtimeMs !== mtimeMs) {
      const { publicJwk } = JSON.parse(await readFile(file, 'utf8')) as Pick<DevKey, 'publicJwk'>;
      known = { mtimeMs, key: importJWK(publicJwk, publicJwk.alg ?? 'ES256') };
    }
    return known.key;
  };
}
