import { readFile, stat } from 'node:fs/promises';
import { createRemoteJWKSet, errors, importJWK, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { DEV_AUDIENCE, DEV_ISSUER, type DevKey } from '../../config/dev-key';
import type { Settings } from '../../config/settings';
import { ApiError } from '../../contracts/api-error';
import { cacheAccepted, type VerifyToken } from './accepted-tokens';

/** Asymmetric only: with HS256 allowed, the public key would do as a secret. */
const ALGORITHMS = ['RS256', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Checks signature, algorithm, issuer, audience and times of a token, and remembers for a moment that it did.
 * @throws ApiError `unauthenticated`.
 */
export function createTokenVerifier(auth: Settings['auth'], now: () => Date): VerifyToken {
  return cacheAccepted(createUncachedVerifier(auth, now), now);
}

function createUncachedVerifier(auth: Settings['auth'], now: () => Date): VerifyToken {
  const { jwksUrl, devKeyFile } = auth;
  const remote = jwksUrl ? createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 }) : undefined;
  const dev = devKeyFile ? devKey(devKeyFile) : undefined;
  const common = { algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_SECONDS, requiredClaims: ['exp', 'sub'] };
  return async (token) => {
    try {
      if (remote && !(dev && claimsDevIssuer(token))) {
        const { issuer, audience } = auth;
        const expected = { ...(issuer ? { issuer } : {}), ...(audience ? { audience } : {}) };
        return (await jwtVerify(token, remote, { ...common, ...expected, currentDate: now() })).payload;
      }
      if (!dev) throw new ApiError('unauthenticated', 'No keys are configured to check tokens with.');
      const expected = { issuer: DEV_ISSUER, audience: DEV_AUDIENCE };
      return (await jwtVerify(token, dev, { ...common, ...expected, currentDate: now() })).payload;
    } catch (error) {
      throw toApiError(error);
    }
  };
}

/** Only chooses the key; the signature is checked afterwards with that key and that issuer. */
function claimsDevIssuer(token: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'iss' in claims && claims.iss === DEV_ISSUER;
  } catch {
    return false;
  }
}

/** The file may appear after the start and be replaced later; it is read again whenever it changes. */
function devKey(file: string): JWTVerifyGetKey {
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

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof errors.JWKSTimeout || error instanceof TypeError) {
    return new ApiError('keys-unavailable', 'The key set could not be fetched in time.');
  }
  if (error instanceof errors.JOSEError)
    return new ApiError('unauthenticated', `The token was not accepted (${error.code}).`);
  throw error;
}
