import { Refusal } from '../../contracts/refusal';

interface Wish {
  type: string;
  quality: number;
}

/**
 * Which of the media types on offer an Accept header wants most (RFC 9110, 12.5.1); the first offered of equal ones, and
 * where nothing is said. @throws Refusal `not-acceptable` when it wants none of them.
 */
export function acceptedType<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const wishes = accept.split(',').map(wishOf);
  let best: { type: T; quality: number } | null = null;
  for (const type of offered) {
    const quality = qualityOf(type, wishes);
    if (quality > (best?.quality ?? 0)) best = { type, quality };
  }
  if (best === null) throw new Refusal('not-acceptable', `One of ${offered.join(', ')} can be had.`);
  return best.type;
}

function wishOf(text: string): Wish {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return { type, quality: Number.isFinite(quality) ? Math.min(1, Math.max(0, quality)) : 0 };
}

/** The more exact range counts, whatever its quality. */
function qualityOf(type: string, wishes: readonly Wish[]): number {
  const ranges = [type, `${type.split('/')[0] ?? ''}/*`, '*/*'];
  for (const range of ranges) {
    const wish = wishes.find((one) => one.type === range);
    if (wish) return wish.quality;
  }
  return 0;
}
