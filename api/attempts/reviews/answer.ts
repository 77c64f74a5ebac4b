import type { FastifyRequest } from 'fastify';
import type { SealingKeys } from '../../../config/sealing-keys';
import { ApiError } from '../../../contracts/api-error';
import { openReviewLink } from '../../../db/attempts/reviews/links';
import { UnsealError } from '../../../db/core/sealed';

interface WithLinks {
  attemptCode: string;
  videoUrl: string | null;
  history: readonly { videoUrl: string | null }[];
}

/**
 * A review with its links to recordings in clear, its own and those of what it was before.
 * @throws ApiError `credential-keys-missing`: a verdict without its recording would look as if there were none.
 */
export function withOpenLinks<R extends WithLinks>(
  request: FastifyRequest,
  keys: SealingKeys | undefined,
  review: R,
): R {
  const withOpenLink = <T extends { videoUrl: string | null }>(part: T): T =>
    part.videoUrl === null ? part : { ...part, videoUrl: openReviewLink(keys, part.videoUrl, review.attemptCode) };
  try {
    return { ...withOpenLink(review), history: review.history.map(withOpenLink) };
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    request.log.error({ attemptCode: review.attemptCode, reason: error.message }, 'link to a recording not opened');
    throw new ApiError('credential-keys-missing', 'CREDENTIAL_KEYS lacks the key that a link to a recording needs.');
  }
}
