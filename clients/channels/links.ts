/** The addresses of a Link header (RFC 8288) by their relation. */
function parseLinks(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, url, relation] of header.matchAll(/<([^>]*)>[^,]*?;\s*rel="?([^",;]+)"?/g)) {
    if (url !== undefined && relation !== undefined) found.set(relation, url);
  }
  return found;
}

/**
 * The next page of a Canvas list, which always names its `current` and `last` page; a header without them is a single page
 * (golden canvas/assignment-second-page). Pages of other origins are not followed: they would be given our token.
 */
export function nextPage(header: string | null, origin: string): string | null {
  const found = parseLinks(header ?? '');
  const next = found.get('next');
  const last = found.get('last');
  if (next === undefined || last === undefined || found.get('current') === last) return null;
  return URL.canParse(next) && new URL(next).origin === origin ? next : null;
}
