import type { Json } from './channel';
import type { XapiStatement } from './xapi-statement';

/** Whether a stored statement is ours: a store may add (ids, times, an authority, an activity's details), never to a result. */
export function isSameStatement(ours: XapiStatement, stored: unknown): boolean {
  if (typeof stored !== 'object' || stored === null) return false;
  const theirs = stored as XapiStatement;
  const { version: _, ...content } = ours;
  return isPartOf(content, theirs) && isPartOf(theirs['result'] ?? null, ours['result'] ?? null);
}

function isPartOf(one: Json, other: Json | undefined): boolean {
  if (typeof one !== 'object' || one === null) return one === other;
  if (typeof other !== 'object' || other === null) return false;
  const theirs = other as XapiStatement;
  return Object.entries(one).every(([name, value]: [string, Json]) => isPartOf(value, theirs[name]));
}
