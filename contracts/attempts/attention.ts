/**
 * Why a person has to look at an attempt. Names are contracts: saved filters of Temporal's UI and callers of the API use them.
 *
 * `effect-failed`: something outside was given up. `review-overdue`: the vendor's review did not come in time. `stuck`: its
 * workflow could not be woken for what is due, or was woken again and again and did not do it. `provider-not-configured`: it has work
 * ahead at a provider that the configuration does not name.
 */
export type AttentionReason = 'effect-failed' | 'review-overdue' | 'stuck' | 'provider-not-configured';

/** The reasons as histories keep them; until they were several, there was one or null. */
export function reasonsOf(stored: readonly string[] | string | null | undefined): readonly string[] {
  if (stored === null || stored === undefined) return [];
  return typeof stored === 'string' ? [stored] : stored;
}

/** An effect that failed for good, and why: words for operators, no personal data. */
export interface FailedEffect {
  name: string;
  error: string;
}
