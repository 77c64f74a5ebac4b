import type { JWTPayload } from 'jose';
import type { ScopeMap } from '../../config/auth-settings';
import { SettingsError } from '../../config/env-reader';
import { ApiError } from '../../contracts/api-error';
import { type Scope, SCOPES } from '../../contracts/scopes';

/** Where issuers put scopes: OAuth2 and most, Open edX, Entra and Okta. */
const SCOPE_CLAIMS = ['scope', 'scopes', 'scp'] as const;

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

/** Gives tokens their scopes: those they carry, and those the map adds for issuers that cannot put ours into a token. */
export class TokenScopes {
  /** @throws SettingsError when the map gives a scope that does not exist. */
  constructor(private readonly scopeMap: ScopeMap) {
    const given = Object.values(scopeMap).flatMap((byClaim) => Object.values(byClaim).flat());
    const unknown = [...new Set(given.filter((scope) => !KNOWN.has(scope)))];
    if (unknown.length > 0)
      throw new SettingsError(unknown.map((scope) => `AUTH_SCOPE_MAP: there is no scope ${scope}`));
  }

  /** Scopes that are not ours, or not among those `allowed`, are left out. @throws ApiError `unauthenticated` for a claim that holds no scopes. */
  of(claims: JWTPayload, allowed: readonly Scope[] = SCOPES): Set<Scope> {
    const words = [...SCOPE_CLAIMS.flatMap((claim) => wordsIn(claim, claims[claim])), ...this.mapped(claims)];
    return new Set(allowed.filter((scope) => words.includes(scope)));
  }

  private mapped(claims: JWTPayload): string[] {
    const byClaim = Object.entries(ownValue(this.scopeMap, claims.iss ?? '') ?? {});
    return byClaim.flatMap(([condition, scopes]) => (isMet(condition, claims) ? scopes : []));
  }
}

/** A condition is `claim:value`. */
function isMet(condition: string, claims: JWTPayload): boolean {
  const colon = condition.indexOf(':');
  return claims[condition.slice(0, colon)] === condition.slice(colon + 1);
}

function ownValue<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function wordsIn(claim: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new ApiError('unauthenticated', `The token's claim ${claim} is malformed.`);
}
