import type { SealingKeys } from '../../../config/sealing-keys';
import { ApiError } from '../../../contracts/api-error';
import { sealReviewLink } from '../../../db/attempts/reviews/links';

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
