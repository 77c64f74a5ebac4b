import type { ChangeOrigin } from '../../db/attempts/history';
import type { Principal } from './principal';

/**
 * Who did something, as far as the caller may know: the parts of the service and the caller always; people only with
 * `attempts:read` or `attempts:write`, as `issuer|subject` may be an address. Null: somebody the caller may not know.
 */
export function visibleActor(by: string, principal: Principal): string | null {
  return seesPeople(principal) || !isPerson(by) || by === principal.id ? by : null;
}

export function seesPeople({ scopes }: Principal): boolean {
  return scopes.has('attempts:read') || scopes.has('attempts:write');
}

/** Who, why and by which request, without what the caller may not know of people. */
export function visibleOrigin(origin: ChangeOrigin, principal: Principal): VisibleOrigin {
  const { by, because, reason, requestId } = origin;
  const isOpen = seesPeople(principal) || by === principal.id;
  return {
    by: visibleActor(by, principal),
    because,
    reason: isOpen ? reason : null,
    requestId: isOpen ? requestId : null,
  };
}

export type VisibleOrigin = Omit<ChangeOrigin, 'by'> & { by: string | null };

/** Everything else is a part of the service: `clock`, `cascade`, `provider:NAME`, `system`, `unknown`. */
function isPerson(by: string): boolean {
  return by.includes('|');
}
