import { createHash, timingSafeEqual } from 'node:crypto';

/** Hashed to equal length, so that the comparison takes the same time whatever was given. */
export function isSameSecret(given: unknown, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}
