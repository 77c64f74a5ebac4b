import { open, seal, type SealingKeys, UnsealError } from '../../core/sealed';

/** Stands before every link that is sealed. What was stored before links were has no mark, and is the link itself. */
const MARK = 'sealed:';

/**
 * A link to a recording as it is kept, in the inbox, with the review and in the review's history: whoever has it can watch
 * a learner's exam (golden proctoring FEATURES.md 8: the link is stored encrypted and removed from the raw data). It opens
 * for its own attempt only.
 */
export function sealReviewLink(keys: SealingKeys, link: string, attemptCode: string): string {
  return `${MARK}${seal(keys, link, placeOf(attemptCode))}`;
}

/** The link in clear, for who may see it. @throws UnsealError */
export function openReviewLink(keys: SealingKeys | undefined, kept: string, attemptCode: string): string {
  if (!kept.startsWith(MARK)) return kept;
  if (keys === undefined) throw new UnsealError('no keys are configured');
  return open(keys, kept.slice(MARK.length), placeOf(attemptCode));
}

function placeOf(attemptCode: string): string {
  return `review-link ${attemptCode}`;
}
