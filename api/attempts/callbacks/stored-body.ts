import type { SealingKeys } from '../../../config/sealing-keys';
import { ApiError } from '../../../contracts/api-error';
import { sealReviewLink } from '../../../db/attempts/reviews/links';

/** Stored callbacks are JSON in Postgres, which has no NUL and no lone surrogates. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab])/i;

/** @returns the body as JSON, as it is stored. @throws ApiError `bad-request` */
export function toStorableJson(body: unknown): string {
  const json = JSON.stringify(body);
  if (json.includes('\\u') && NOT_STORABLE.test(json)) {
    throw new ApiError('bad-request', 'A text has characters that no text has.');
  }
  return json;
}

const LINK_FIELD = 'videoReviewLink';

/**
 * A callback's body as it is stored: the link to the recording is sealed before it leaves the process. Deciding on the
 * review later needs to know that there is a link, not which. A link that is not a string is left out.
 * @throws ApiError `credential-keys-missing` rather than store the link in clear.
 */
export function toStoredBody(body: string, attemptCode: string, keys: SealingKeys | undefined): string {
  if (!body.includes(`"${LINK_FIELD}"`)) return body;
  const fields = JSON.parse(body) as Record<string, unknown>;
  const { [LINK_FIELD]: link, ...others } = fields;
  if (link === undefined || link === null) return body;
  if (typeof link !== 'string') return JSON.stringify(others);
  if (keys === undefined) {
    throw new ApiError('credential-keys-missing', 'CREDENTIAL_KEYS is not set; see docs/operations.md.');
  }
  return JSON.stringify({ ...fields, [LINK_FIELD]: sealReviewLink(keys, link, attemptCode) });
}
