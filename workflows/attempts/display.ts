import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { reasonsOf } from '../../contracts/attempts/attention';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import type { AttemptCache } from './cache';

const NOTHING = 'none';

type Known = Pick<AttemptCache, 'state' | 'lastChange'>;

/** What operators see of an attempt in Temporal's UI. Attributes change with the phase, not with every status (cost). */
export class AttemptDisplay {
  private last: string | null = null;
  private lastReasons: string | null = null;

  update({ state, lastChange }: Known, running: number, ignored: readonly string[]): void {
    setCurrentDetails(details({ state, lastChange }, running, ignored));
    if (!state.attempt) return;
    const { phase, reviewDueAt } = state.attempt;
    const reasons = [...reasonsOf(state.attempt.needsAttention)];
    const next = JSON.stringify([phase, reasons.join() || NOTHING, reviewDueAt]);
    this.last ??= this.atStart();
    this.lastReasons ??= reasonsAtStart().join();
    if (next === this.last) return;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.AttemptPhase, value: phase },
      { key: SEARCH_ATTRIBUTES.NeedsAttention, value: reasons[0] ?? null },
      ...(reasons.join() === this.lastReasons
        ? []
        : [{ key: SEARCH_ATTRIBUTES.AttentionReasons, value: reasons.length === 0 ? null : reasons }]),
      { key: SEARCH_ATTRIBUTES.ReviewDueAt, value: reviewDueAt ? new Date(reviewDueAt) : null },
    ]);
    this.last = next;
    this.lastReasons = reasons.join();
  }

  private atStart(): string {
    const given = workflowInfo().typedSearchAttributes;
    const due = given.get(SEARCH_ATTRIBUTES.ReviewDueAt);
    return JSON.stringify([
      given.get(SEARCH_ATTRIBUTES.AttemptPhase) ?? null,
      reasonsAtStart().join() || NOTHING,
      due instanceof Date ? due.toISOString() : null,
    ]);
  }
}

/** A run that was continued from one of the release before has the first reason only. */
function reasonsAtStart(): readonly string[] {
  const given = workflowInfo().typedSearchAttributes;
  return given.get(SEARCH_ATTRIBUTES.AttentionReasons) ?? reasonsOf(given.get(SEARCH_ATTRIBUTES.NeedsAttention));
}

function details(
  { state: { attempt, due, failed = [] }, lastChange }: Known,
  running: number,
  ignored: readonly string[],
): string {
  if (!attempt) return 'No such attempt.';
  const rows = [
    ['status', attempt.isArchived ? `removed (was ${attempt.status})` : attempt.status],
    ['last change', lastChange ?? '–'],
    ['phase', attempt.phase],
    ['attempt code', attempt.attemptCode],
    ['next deadline', attempt.deadline ?? attempt.reviewDueAt ?? '–'],
    ['effects under way', running === 0 ? 'none' : due.map(({ name }) => name).join(', ')],
    ['needs attention', reasonsOf(attempt.needsAttention).join(', ') || 'no'],
    ...failed.map(({ name, error }) => ['effect failed', `${name} failed: ${error}`]),
    ...(ignored.length === 0 ? [] : [['ignored', ignored.join('; ')]]),
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
