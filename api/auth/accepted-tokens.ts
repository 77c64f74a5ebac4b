import type { JWTPayload } from 'jose';

export type VerifyToken = (token: string) => Promise<JWTPayload>;

/** How long an accepted token is not checked again, and so how long a withdrawn key still counts. */
const CACHE_MS = 30_000;
/** The most tokens remembered; beyond that the oldest one is dropped. */
const MAX_TOKENS = 1_000;

interface AcceptedToken {
  claims: JWTPayload;
  fromMs: number;
  untilMs: number;
}

/**
 * Remembers what `verify` accepted, as a platform sends thousands of requests with one token and each check of a signature
 * costs more than the rest of the request. Never beyond a token's own expiry; rejections are not remembered.
 */
export function cacheAccepted(verify: VerifyToken, now: () => Date): VerifyToken {
  const accepted = new Map<string, AcceptedToken>();
  return async (token) => {
    const nowMs = now().getTime();
    const cached = accepted.get(token);
    if (cached && cached.fromMs <= nowMs && nowMs < cached.untilMs) return cached.claims;
    accepted.delete(token);
    const claims = await verify(token);
    const untilMs = Math.min(nowMs + CACHE_MS, (claims.exp ?? 0) * 1_000);
    accepted.set(token, { claims, fromMs: nowMs, untilMs });
    if (accepted.size > MAX_TOKENS) accepted.delete(accepted.keys().next().value ?? '');
    return claims;
  };
}
