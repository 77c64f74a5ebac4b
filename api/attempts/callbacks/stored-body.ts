import type { SealingKeys } from '../../../config/sealing-keys';
import { ApiError } from '../../../contracts/api-error';
import { sealReviewLink } from '../../../db/attempts/reviews/links';

/** What JSON.stringify writes for characters that Postgres has not: NUL, and half of a surrogate pair. */
const NOT_STORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** @returns the body, and as JSON as it is stored: U+FFFD in the place of what is no character. */
export function storableBody(body: unknown): { body: unknown; json: string } {
  const json = JSON.stringify(body);
  if (json.search(NOT_STORABLE) < 0) return { body, json };
  const mended = json.replace(NOT_STORABLE, '$1\ufffd');
  return { body: JSON.parse(mended), json: mended };
}

const LINK_FIELD = 'videoReviewLink';

/**
 * A callback's body as it is stored: the link to the recording is sealed before it leaves the process. Deciding on the
 * review later needs to know that there is a link, not which. A link that is not a string is left out, one that a browser would
 * not open as a page (`javascript:`) counts as none.
 * @throws ApiError `credential-keys-missing` rather than store the link in clear.
 */
export function toStoredBody(body: string, attemptCode: string, keys: SealingKeys | undefined): string {
  if (!body.includes(`"${LINK_FIELD}"`)) return body;
  const fields = JSON.parse(body) as Record<string, unknown>;
  const { [LINK_FIELD]: link, ...others } = fields;
  if (link === undefined || link === null) return body;
  if (typeof link !== 'string') return JSON.stringify(others);
  if (!/^https?:\/\//i.test(link)) return JSON.stringify({ ...others, [LINK_FIELD]: null });
  if (keys === undefined) {
    throw new ApiError('credential-keys-missing', 'CREDENTIAL_KEYS is not set; see docs/operations.md.');
  }
  return JSON.stringify({ ...fields, [LINK_FIELD]: sealReviewLink(keys, link, attemptCode) });
}
