import { mulberry32 } from '../../support/random';

/** Whole numbers below a limit. */
export type Dice = (limit: number) => number;

export function dice(seed: number): Dice {
  const next = mulberry32(seed);
  return (limit) => next() % limit;
}
