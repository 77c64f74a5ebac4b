import { type Decimal, toDecimal } from '../../domain/exports/decimal';

/**
 * A share of one as percent, by moving the point: 0.57 is 57, not 56.99999999999999 (docs/decided-differences.md#e5).
 */
export function percentOf(share: Decimal): number {
  return Number(toDecimal(`${share}e2`));
}

/** The same with at least one decimal place and the sign, as Canvas takes a score (golden canvas/assessment-*: `70.0%`). */
export function percentText(share: Decimal): string {
  const text = String(percentOf(share));
  return `${text.includes('.') ? text : `${text}.0`}%`;
}
