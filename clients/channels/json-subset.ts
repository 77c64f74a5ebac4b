import type { Json } from './channel';

/** Whether a stored statement says all that ours says; a store may add (ids, times, an authority) but not change. */
export function sameStatement(ours: Json, stored: unknown): boolean {
  if (typeof ours !== 'object' || ours === null) return ours === stored;
  if (Array.isArray(ours))
    return Array.isArray(stored) && ours.every((one: Json, index) => sameStatement(one, stored[index] as unknown));
  if (typeof stored !== 'object' || stored === null) return false;
  const theirs = stored as Record<string, unknown>;
  return Object.entries(ours).every(([name, value]) => name === 'version' || sameStatement(value, theirs[name]));
}
