import { Refusal } from '../../../contracts/refusal';
import { sealReviewLink } from '../../../db/attempts/reviews/links';
import type { SealingKeys } from '../../../db/core/sealed';

const NAME = 'videoReviewLink';

/**
 * A callback's body as it is kept: the link to the recording is sealed before the body leaves the process. Whoever judges the
 * review later needs to know that there is a link, not which. A link that is no text is read by nobody and is left out.
 * @throws Refusal `credential-keys-missing` rather than keep the link in clear.
 */
export function keptBody(body: string, attemptCode: string, keys: SealingKeys | undefined): string {
  if (!body.includes(`"${NAME}"`)) return body;
  const fields = JSON.parse(body) as Record<string, unknown>;
  const { [NAME]: link, ...others } = fields;
  if (link === undefined || link === null) return body;
  if (typeof link !== 'string') return JSON.stringify(others);
  if (keys === undefined) {
    throw new Refusal('credential-keys-missing', 'CREDENTIAL_KEYS is not set; see docs/operations.md.');
  }
  return JSON.stringify({ ...fields, [NAME]: sealReviewLink(keys, link, attemptCode) });
}
