import type { NamespaceAttributes } from '../../clients/temporal/inspect';
import {
  describeSearchAttributeFaults,
  SEARCH_ATTRIBUTE_TYPES,
  type SearchAttributeFault,
} from '../../clients/temporal/search-attributes';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { type Finding, well, problem, warning } from './finding';

/** How many of a type a namespace may have where a SQL database keeps them. */
const MOST_IN_SQL: Record<string, number> = { Keyword: 10, KeywordList: 3, Datetime: 3, Int: 3 };

const NEEDED = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => ({
  name,
  type: SEARCH_ATTRIBUTE_TYPES[type].flag,
}));

interface Visibility {
  namespaceName: string;
  visibilityStore: string;
}

/** Whether every start and every filter of ours is taken, and whether there is room for those that are missing. */
export function searchAttributeFindings(visibility: Visibility, attributes: NamespaceAttributes | null): Finding[] {
  const check = 'search attributes';
  if (attributes === null) {
    const names = NEEDED.map(({ name, type }) => `${name} (${type})`).join(', ');
    return [warning(check, 'the server does not list them', `see by other means that it has ${names}`)];
  }
  const { faults, used } = attributes;
  const limits = isSql(visibility) ? MOST_IN_SQL : {};
  const room = roomText(used, limits);
  if (faults.length === 0) return [well(check, `all ${NEEDED.length} are there${room}`)];
  const seen = `${describeSearchAttributeFaults(faults, visibility.namespaceName)}${room}`;
  const remedy = hasRoom(faults, used, limits)
    ? 'run that command; docs/operations.md has the names and types'
    : 'there is no room for them: use a namespace of its own (TEMPORAL_NAMESPACE)';
  return [problem(check, seen, remedy)];
}

function hasRoom(
  faults: SearchAttributeFault[],
  used: Record<string, number>,
  limits: Record<string, number>,
): boolean {
  if (faults.some(({ fault }) => fault === 'wrong-type')) return false;
  const missing = new Set(faults.map(({ name }) => name));
  return Object.entries(limits).every(([type, most]) => {
    const wanted = NEEDED.filter((one) => one.type === type && missing.has(one.name)).length;
    return wanted === 0 || (used[type] ?? 0) + wanted <= most;
  });
}

function roomText(used: Record<string, number>, limits: Record<string, number>): string {
  const types = [...new Set(NEEDED.map(({ type }) => type))].filter((type) => limits[type] !== undefined);
  const counts = types.map((type) => `${type} ${used[type] ?? 0} of ${limits[type]}`);
  return counts.length === 0 ? '' : `; used: ${counts.join(', ')}`;
}

/** A server that does not say what it uses is taken for the stricter one. */
function isSql({ visibilityStore }: Visibility): boolean {
  return !/elasticsearch|opensearch/i.test(visibilityStore);
}
