import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';

/**
 * What a command asks for, in one line of Temporal's UI. It is fixed before the row is known, so it names the status of the
 * cache and the one asked for; what came of it stands in the current details.
 */
export function summaryOf(command: CommandRequest, { attempt }: AttemptState): string {
  switch (command.type) {
    case 'changeStatus':
      return `changeStatus: ${attempt ? `${attempt.status} ` : ''}→ ${word(command.to)}`;
    case 'act':
      return `act: ${word(command.action)}`;
    case 'timeOut':
      return `timer: times out${attempt?.deadline ? ` at ${attempt.deadline}` : ''}`;
    case 'review':
    case 'providerReady':
      return `${command.type}: callback ${word(command.inboxId)}`;
    case 'setReview':
      return `second review: ${word(command.reviewId)} → ${word(command.reviewStatus)}`;
    case 'declineByCascade':
      return 'cascade: another exam of the course was declined';
    default:
      return command.type;
  }
}

/** What became of the attempt between two states, in one line; null: nothing, or nobody knows what it was before. */
export function changeInWords(
  before: AttemptState,
  after: AttemptState,
  command?: CommandRequest['type'],
): string | null {
  const now = after.attempt;
  if (now === null || after.version <= before.version || (!before.attempt && !command)) return null;
  const was = before.attempt ? standingOf(before.attempt) : '';
  const steps = [...new Set([was, standingOf(now)])].filter((step) => step !== '').join(' → ');
  const cause = command ? ` (${command})` : '';
  return `${steps}${cause}, version ${after.version} at ${now.modifiedAt}`;
}

function standingOf({ status, isArchived }: AttemptView): string {
  return isArchived ? 'removed' : status;
}

/** Signals and updates can be typed by hand in Temporal's UI: only what looks like one of our words is shown again. */
function word(value: unknown): string {
  return typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : '?';
}
