/** Beyond this no pause means anything, and no number overflows. */
const MAX_DOUBLINGS = 30;

/** A pause between tries that grows: `firstMs`, doubled so many times, at most `maxMs`. */
export function backoffMs(
  doublings: number,
  { firstMs, maxMs = Infinity }: { firstMs: number; maxMs?: number },
): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(MAX_DOUBLINGS, doublings));
}
