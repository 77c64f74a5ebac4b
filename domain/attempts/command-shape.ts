import { ATTEMPT_ACTIONS, type Command } from './commands';

type Check = (value: unknown) => boolean;

/** Longest id of a command that is taken; ours are shorter. */
const MAX_ID = 4_000;

const isText: Check = (value) => typeof value === 'string' && !value.includes('\u0000');
const isId: Check = (value) => isText(value) && value !== '' && (value as string).length <= MAX_ID;
const isScalar: Check = (value) => isText(value) || typeof value === 'number';
const isFlag: Check = (value) => typeof value === 'boolean';
const isRowId: Check = (value) => typeof value === 'string' && /^\d{1,18}$/.test(value);
const isInstant: Check = (value) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /^\d{4}-/.test(value);
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value);

/** What must be so of a command's members to be decided at all; of those not named here nothing. */
const MEMBERS: Partial<Record<Command['type'] | 'retryEffect', Record<string, Check>>> = {
  create: { takingAsProctored: isFlag, start: orAbsent(isFlag), byLearner: orAbsent(isFlag) },
  changeStatus: {
    to: isText,
    cascade: orAbsent(isFlag),
    requestedBy: orAbsent(isScalar),
    timeoutAt: orAbsent(isInstant),
  },
  act: { action: oneOf(ATTEMPT_ACTIONS), actor: oneOf(['learner', 'staff']) },
  markReadyToResume: { requestedBy: orAbsent(isScalar) },
  remove: { requestedBy: orAbsent(isScalar) },
  review: { inboxId: isRowId },
  providerReady: { inboxId: isRowId },
  setReview: { reviewId: isRowId, reviewStatus: isText, requestedBy: orAbsent(isScalar) },
  retryEffect: { effectId: isRowId },
};

/**
 * What is wrong with a message that somebody composed by hand, for its sender; null for one that can be decided. Whether it is
 * legal is another question.
 */
export function shapeProblem(
  type: Command['type'] | 'retryEffect',
  commandId: unknown,
  content: unknown,
): string | null {
  if (!isId(commandId)) return 'A command needs an object with a commandId.';
  if (typeof content !== 'object' || content === null) return `"${type}" needs an object.`;
  const wrong = Object.entries(MEMBERS[type] ?? {}).filter(
    ([name, check]) => !check((content as Record<string, unknown>)[name]),
  );
  return wrong.length === 0 ? null : `"${type}" needs another value of ${wrong.map(([name]) => name).join(', ')}.`;
}
