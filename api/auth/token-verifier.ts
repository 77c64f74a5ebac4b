import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { ApiError } from '../../contracts/api-error';
import { type AcceptedToken, cacheAccepted, type VerifyToken } from './accepted-tokens';
import type { HeldKeys } from './key-cache';
import type { TokenSource } from './token-sources';

const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Checks signature, algorithm, issuer, audience and times of a token, and remembers for a moment that it did. The keys are
 * chosen by the issuer the token names, so no issuer can speak for another one.
 * @throws ApiError `unauthenticated`, `keys-unavailable`.
 */
export function createTokenVerifier(sources: readonly TokenSource[], now: () => Date): VerifyToken {
  const verify: VerifyToken = async (token) => {
    try {
      const source = sourceOf(sources, decodeJwt(token).iss);
      return await verifyWithNewest(token, source, now);
    } catch (error) {
      throw toApiError(error);
    }
  };
  return cacheAccepted(verify, now);
}

/** The claim is not verified yet: it only chooses by what the token is verified. */
function sourceOf(sources: readonly TokenSource[], issuer: unknown): TokenSource {
  const source = sources.find((one) => one.issuer === issuer) ?? sources.find((one) => one.issuer === undefined);
  if (source) return source;
  if (sources.length === 0) throw new ApiError('unauthenticated', 'No keys are configured to check tokens with.');
  throw new ApiError('unauthenticated', 'The token is of an issuer that does not count here.');
}

/** A token of a key that is not known yet is tried again with keys fetched anew. */
async function verifyWithNewest(token: string, source: TokenSource, now: () => Date): Promise<AcceptedToken> {
  const verify = async (keys: HeldKeys): Promise<AcceptedToken> => {
    const claims = await verifyWith(token, source, keys, now);
    return { claims, allowed: source.scopes, countsUntilMs: keys.countUntilMs };
  };
  const keys = await source.keys.current();
  try {
    return await verify(keys);
  } catch (error) {
    const newer = mayBeOfNewKey(error, token) ? await source.keys.newerThan(keys) : undefined;
    if (newer === undefined) throw error;
    return verify(newer);
  }
}

function mayBeOfNewKey(error: unknown, token: string): boolean {
  if (error instanceof errors.JWKSNoMatchingKey) return true;
  return error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined;
}

async function verifyWith(
  token: string,
  { issuer, audience, algorithms }: TokenSource,
  { find }: HeldKeys,
  now: () => Date,
): Promise<JWTPayload> {
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
    currentDate: now(),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  try {
    return (await jwtVerify(token, find, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyWithAny(token, error, options);
    throw error;
  }
}

/** A token that does not say which key it was signed with may have any of those that are of its kind. */
async function verifyWithAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of candidates) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function toApiError(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  return new ApiError('unauthenticated', `The token was not accepted (${error.code}).`);
}
