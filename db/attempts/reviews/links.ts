import type { SealingKeys } from '../../../config/sealing-keys';
import { open, seal, UnsealError } from '../../core/sealed';

/** Prefix of every sealed link. Links stored before sealing was introduced have no prefix and are in clear. */
const SEALED_PREFIX = 'sealed:';

/**
 * A link to a recording as it is kept, in the inbox, with the review and in the review's history: whoever has it can
 * watch a learner's exam (docs/recorded-behaviour.md#links-to-recordings). It opens for its own attempt only.
 */
export function sealReviewLink(keys: SealingKeys, link: string, attemptCode: string): string {
  return `${SEALED_PREFIX}${seal(keys, link, associatedData(attemptCode))}`;
}

/** The link in clear, for those who may see it. @throws UnsealError */
export function openReviewLink(keys: SealingKeys | undefined, stored: string, attemptCode: string): string {
  if (!stored.startsWith(SEALED_PREFIX)) return stored;
  if (keys === undefined) throw new UnsealError('no keys are configured');
  return open(keys, stored.slice(SEALED_PREFIX.length), associatedData(attemptCode));
}

function associatedData(attemptCode: string): string {
  return `review-link ${attemptCode}`;
}
