import type { QualificationPrincipal } from '../../../../../domain/qualification/access';

/** Everybody has the same scopes but the superuser; who one is decides. A person without an account has no token. */
export function principalOf(actor: string): QualificationPrincipal | null {
  if (actor === 'anonymous' || actor === 'inactive') return null;
  const admin = actor === 'superuser' ? ['qualification:admin'] : [];
  return {
    scopes: new Set(['qualification:read', 'qualification:write', 'attempts:take', ...admin]),
    person: { issuer: null, subject: actor },
    learnerId: actor,
    limits: {},
  };
}
