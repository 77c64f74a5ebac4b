import type { JWTPayload } from 'jose';

export type VerifyToken = (token: string) => Promise<JWTPayload>;

/** So long a token is taken as accepted: a key that is withdrawn counts for that time at most. */
const TRUST_MS = 30_000;
/** Tokens known at a time; of more the one that was accepted first goes. */
const MOST = 1_000;

interface Accepted {
  claims: JWTPayload;
  fromMs: number;
  untilMs: number;
}

/**
 * Remembers what `verify` accepted, as a platform sends thousands of requests with one token and each check of a signature
 * costs more than the rest of the request's head. Never beyond a token's own end; refusals are not remembered.
 */
export function rememberingAccepted(verify: VerifyToken, now: () => Date): VerifyToken {
  const accepted = new Map<string, Accepted>();
  return async (token) => {
    const nowMs = now().getTime();
    const known = accepted.get(token);
    if (known && known.fromMs <= nowMs && nowMs < known.untilMs) return known.claims;
    accepted.delete(token);
    const claims = await verify(token);
    const untilMs = Math.min(nowMs + TRUST_MS, (claims.exp ?? 0) * 1_000);
    accepted.set(token, { claims, fromMs: nowMs, untilMs });
    if (accepted.size > MOST) accepted.delete(accepted.keys().next().value ?? '');
    return claims;
  };
}
