import type { GoldenRequest, GoldenTransmission } from './channel-cases';
import { emailOf } from './channel-cases';

type Fields = Record<string, unknown>;

export function jsonBody({ body }: GoldenRequest): Fields | null {
  return body && 'json' in body ? (body.json as Fields) : null;
}

export function isToken({ path }: GoldenRequest): boolean {
  return /\/(?:oauth-api\/rest\/v1|oauth|oauth2)\/token$/.test(path);
}

/** A search for a learner at Canvas: the first request of each delivery there. */
export function isSearch({ path }: GoldenRequest): boolean {
  return /^\/api\/v1\/accounts\/[^/]+\/users$/.test(path);
}

/** A seed request as the newer client sends it: fields it added, and addresses in queries as they are. */
export function asNewer(request: GoldenRequest, one: GoldenTransmission): GoldenRequest {
  const json = jsonBody(request);
  if (isSearch(request)) return { ...request, query: request.query.map(([name, text]) => [name, address(text, one)]) };
  if (json && 'totalHours' in json && !('creditHours' in json))
    return { ...request, body: { json: { ...json, creditHours: json['totalHours'] } } };
  const assignment = json?.['assignment'] as Fields | undefined;
  if (assignment && !('omit_from_final_grade' in assignment))
    return { ...request, body: { json: { assignment: { ...assignment, omit_from_final_grade: false } } } };
  return request;
}

/** The seed let `+` of an address be read as a space. */
function address(searched: string, { records }: GoldenTransmission): string {
  return records.map(emailOf).find((email) => email.replaceAll('+', ' ') === searched) ?? searched;
}

/**
 * Numbers without what binary fractions add to them, in numbers and in texts of a percent
 * (docs/decided-differences.md#e5).
 */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(12));
  if (typeof value === 'string') return value.replace(/^(\d+\.\d{9,})%$/, (_, digits: string) => percent(Number(digits)));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]));
}

function percent(value: number): string {
  const text = String(Number(value.toPrecision(12)));
  return `${text.includes('.') ? text : `${text}.0`}%`;
}
