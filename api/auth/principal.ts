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
}

/** Reads the claims of a verified token. A limit that is not understood fails the token: it must never widen access. */
export function principalOf(claims: JWTPayload, scopes: ReadonlySet<Scope>): Principal {
  const { courses, customers, provider } = claims;
  const issuer = text('iss', claims.iss ?? '');
  const subject = text('sub', claims.sub);
  if (subject === '') throw malformed('sub');
  return {
    id: `${issuer}|${subject}`,
    subject,
    scopes,
    ...(courses === undefined ? {} : { courses: list('courses', courses) }),
    ...(customers === undefined ? {} : { customers: list('customers', customers) }),
    ...(provider === undefined ? {} : { provider: text('provider', provider) }),
  };
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
