import type { JWTPayload } from 'jose';
import type { Scope } from '../../contracts/scopes';

export interface AcceptedToken {
  claims: JWTPayload;
  /** All that tokens of its issuer may do; absent: what they say. */
  allowed?: readonly Scope[] | undefined;
  /** When the keys it was verified with have to be looked at again. */
  countsUntilMs: number;
}

export type VerifyToken = (token: string) => Promise<AcceptedToken>;

/** How long an accepted token is not checked again at most. */
const CACHE_MS = 30_000;
/** The most tokens remembered; beyond that the oldest one is dropped. */
const MAX_TOKENS = 1_000;

interface CachedToken {
  accepted: AcceptedToken;
  fromMs: number;
  untilMs: number;
}

/**
 * Remembers what `verify` accepted, as a platform sends thousands of requests with one token and each check of a signature
 * costs more than the rest of the request. Never beyond a token's own expiry, nor longer than the keys it was verified with
 * count, so that it does not prolong the life of a key that was withdrawn. Rejections are not remembered.
 */
export function cacheAccepted(verify: VerifyToken, now: () => Date): VerifyToken {
  const cache = new Map<string, CachedToken>();
  return async (token) => {
    const nowMs = now().getTime();
    const cached = cache.get(token);
    if (cached && cached.fromMs <= nowMs && nowMs < cached.untilMs) return cached.accepted;
    cache.delete(token);
    const accepted = await verify(token);
    const untilMs = Math.min(nowMs + CACHE_MS, (accepted.claims.exp ?? 0) * 1_000, accepted.countsUntilMs);
    cache.set(token, { accepted, fromMs: nowMs, untilMs });
    if (cache.size > MAX_TOKENS) cache.delete(cache.keys().next().value ?? '');
    return accepted;
  };
}
