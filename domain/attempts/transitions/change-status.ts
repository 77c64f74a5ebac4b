import type { Decision, DecisionContext } from '../decision';
import type { Attempt } from '../model';
import type { RuleSet } from '../rule-sets';
import { isCompleted, isInProgress, isIncomplete, isKnownStatus, isPreStarted, type AttemptStatus } from '../statuses';
import { accept } from './accept';
import { enterStatus } from './enter-status';
import { refuse } from './refuse';
import { type EntryOptions, writesOf } from './status-entry';

/** A status change: substitutions, then legality, then the same status (docs/recorded-behaviour.md#status-update). */
export function changeStatus(context: DecisionContext, request: EntryOptions<string>): Decision {
  const { attempt, rules } = context;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  if (!isKnownStatus(request.to, rules)) return refuse('unknown-status', `"${request.to}" is not an attempt status.`);
  const to = substituteStatus(attempt, request.to, rules);
  if (isIllegal(attempt.status, to, rules)) {
    return refuse('illegal-status-transition', `An attempt cannot go from "${attempt.status}" to "${to}".`);
  }
  if (rules.sameStatusIsNoop && to === attempt.status) return { kind: 'unchanged', attemptId: attempt.id };
  const entry = enterStatus(context, attempt, { ...request, to });
  if ('question' in entry) return { kind: 'ask', question: entry.question };
  const { archive, effects } = entry;
  return accept(attempt.id, { writes: writesOf(context, entry), archive, effects });
}

function substituteStatus(attempt: Attempt, to: AttemptStatus, rules: RuleSet): AttemptStatus {
  if (to === 'timed_out' && !staysTimedOut(attempt, rules)) return 'submitted';
  const reattempt = isInProgress(attempt.status) && isPreStarted(to);
  return reattempt && rules.reattemptBecomesSubmitted ? 'submitted' : to;
}

function staysTimedOut(attempt: Attempt, rules: RuleSet): boolean {
  if (rules.allowTimedOutState === 'unset') return attempt.status === 'created';
  return rules.allowTimedOutState;
}

function isIllegal(from: AttemptStatus, to: AttemptStatus, rules: RuleSet): boolean {
  if (!isCompleted(from, rules)) return false;
  return isIncomplete(to) || (to === 'error' && !rules.completedToErrorAllowed);
}
