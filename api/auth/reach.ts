import { sorted } from '../http/sorted-members';
import type { Principal } from './principal';

/**
 * What a limited token reaches, as text: an answer that was kept for one is given to none that reaches less. Empty without
 * limits, as it was before there were any.
 */
export function reachOf({ scopes, courses, customers, provider, nodes, periods }: Principal): string {
  const limits = { courses, customers, provider, nodes, periods };
  const isLimited = scopes.has('attempts:take') || Object.values(limits).some((limit) => limit !== undefined);
  return isLimited ? `\n${JSON.stringify(sorted({ ...limits, scopes: [...scopes].sort() }))}` : '';
}
