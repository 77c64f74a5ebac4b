import { ApiError } from '../../contracts/api-error';

interface MediaRange {
  type: string;
  quality: number;
}

/**
 * Which of the offered media types an Accept header prefers (RFC 9110, 12.5.1); the first of equal ones, and the first
 * without a header. @throws ApiError `not-acceptable` when it accepts none of them.
 */
export function acceptedType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const accepted = accept.split(',').map(parseMediaRange);
  let best: { type: T; quality: number } | null = null;
  for (const type of offered) {
    const quality = qualityOf(type, accepted);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  if (best === null) throw new ApiError('not-acceptable', `One of ${offered.join(', ')} can be had.`);
  return best.type;
}

function parseMediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: Number.isFinite(quality) ? Math.min(1, Math.max(0, quality)) : 0 };
}

/** The most specific range counts, whatever its quality. */
function qualityOf(type: string, accepted: readonly MediaRange[]): number {
  const ranges = [type, `${type.split('/')[0] ?? ''}/*`, '*/*'];
  for (const range of ranges) {
    const match = accepted.find((candidate) => candidate.type === range);
    if (match) return match.quality;
  }
  return 0;
}
