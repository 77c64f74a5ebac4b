import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import type { AttemptCache } from './cache';

const NOTHING = 'none';

type Known = Pick<AttemptCache, 'state' | 'lastChange'>;

/** What operators see of an attempt in Temporal's UI. Attributes change with the phase, not with every status (cost). */
export class AttemptDisplay {
  private last: string | null = null;

  update({ state, lastChange }: Known, running: number): void {
    setCurrentDetails(details({ state, lastChange }, running));
    if (!state.attempt) return;
    const { phase, needsAttention, reviewDueAt } = state.attempt;
    const next = JSON.stringify([phase, needsAttention ?? NOTHING, reviewDueAt]);
    this.last ??= this.atStart();
    if (next === this.last) return;
    this.last = next;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.AttemptPhase, value: phase },
      { key: SEARCH_ATTRIBUTES.NeedsAttention, value: needsAttention },
      { key: SEARCH_ATTRIBUTES.ReviewDueAt, value: reviewDueAt ? new Date(reviewDueAt) : null },
    ]);
  }

  private atStart(): string {
    const given = workflowInfo().typedSearchAttributes;
    const due = given.get(SEARCH_ATTRIBUTES.ReviewDueAt);
    return JSON.stringify([
      given.get(SEARCH_ATTRIBUTES.AttemptPhase) ?? null,
      given.get(SEARCH_ATTRIBUTES.NeedsAttention) ?? NOTHING,
      due instanceof Date ? due.toISOString() : null,
    ]);
  }
}

function details({ state: { attempt, due, failed = [] }, lastChange }: Known, running: number): string {
  if (!attempt) return 'No such attempt.';
  const rows = [
    ['status', attempt.isArchived ? `removed (was ${attempt.status})` : attempt.status],
    ['last change', lastChange ?? '–'],
    ['phase', attempt.phase],
    ['attempt code', attempt.attemptCode],
    ['next deadline', attempt.deadline ?? attempt.reviewDueAt ?? '–'],
    ['effects under way', running === 0 ? 'none' : due.map(({ name }) => name).join(', ')],
    ['needs attention', attempt.needsAttention ?? 'no'],
    ...failed.map(({ name, error }) => ['effect failed', `${name} failed: ${error}`]),
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}
