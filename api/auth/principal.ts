import type { JWTPayload } from 'jose';
import { ApiError } from '../../contracts/api-error';
import type { Scope } from '../../contracts/scopes';

/** Who calls, as the token says. An absent limit means no limit; an empty list means nothing. */
export interface Principal {
  /** `issuer|subject`: idempotency keys of one principal are not another's. */
  id: string;
  subject: string;
  scopes: ReadonlySet<Scope>;
  courses?: readonly string[];
  customers?: readonly string[];
  provider?: string;
  nodes?: readonly string[];
  periods?: readonly string[];
  issuer: string | null;
  /** What administrators are named by; null in tokens without that claim. */
  person: string | null;
  /** As people read it; never what anything is decided by. */
  name: string | null;
  expiresAt: Date | null;
}

const LISTED_LIMITS = ['courses', 'customers', 'nodes', 'periods'] as const;

/** Reads the claims of a verified token. A limit that is not understood fails the token: it must never widen access. */
export function principalOf(claims: JWTPayload, scopes: ReadonlySet<Scope>, personClaim = 'sub'): Principal {
  const issuer = text('iss', claims.iss ?? '');
  const subject = text('sub', claims.sub);
  if (subject === '') throw malformed('sub');
  const person = claims[personClaim];
  return {
    id: `${issuer}|${subject}`,
    subject,
    scopes,
    ...closed(limitsOf(claims), scopes),
    issuer: claims.iss ?? null,
    person: textOrNull(person),
    name: textOrNull(claims['name']),
    expiresAt: claims.exp === undefined ? null : new Date(claims.exp * 1_000),
  };
}

function textOrNull(claim: unknown): string | null {
  return typeof claim === 'string' && claim !== '' ? claim : null;
}

type Limits = Partial<Record<(typeof LISTED_LIMITS)[number], string[]>> & { provider?: string };

function limitsOf(claims: JWTPayload): Limits {
  const limits: Limits = {};
  for (const name of LISTED_LIMITS) if (claims[name] !== undefined) limits[name] = list(name, claims[name]);
  if (claims['provider'] !== undefined) limits.provider = text('provider', claims['provider']);
  return limits;
}

/**
 * A token that is limited in one way reaches nothing that this limit says nothing about: one for a course no customer, one for a
 * customer or a period no course, one for a provider neither customers nor periods. A learner's own answers are the learner's.
 */
function closed(limits: Limits, scopes: ReadonlySet<Scope>): Limits {
  const named = {
    courses: limits.courses ?? limits.provider,
    customers: limits.customers,
    periods: limits.nodes ?? limits.periods,
  };
  if (Object.values(named).every((limit) => limit === undefined)) return limits;
  const others = (Object.keys(named) as (keyof typeof named)[]).filter((family) => named[family] === undefined);
  const nothing = others.filter((family) => family !== 'periods' || !scopes.has('attempts:take'));
  return { ...limits, ...Object.fromEntries(nothing.map((family) => [family, []])) };
}

function list(claimName: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw malformed(claimName);
}

function text(claimName: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw malformed(claimName);
}

function malformed(claimName: string): ApiError {
  return new ApiError('unauthenticated', `The token's claim ${claimName} is missing or malformed.`);
}
