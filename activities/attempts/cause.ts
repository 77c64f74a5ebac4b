import type { DecideInput } from '../../contracts/attempts/activities';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptView } from '../../contracts/attempts/messages';
import type { AppliedCommand, Cause } from '../../db/attempts/applied-commands';
import type { AttemptWrite } from '../../domain/attempts/decision';
import type { Attempt } from '../../domain/attempts/model';

/**
 * Who is behind a command and why it came. A request's sender is found by the database: no principal travels through
 * Temporal. `provider`: who sent the callback that the command is about.
 */
export function causeOf(command: CommandRequest, provider?: string): Cause {
  return { by: actorOf(command, provider), because: reasonOf(command) };
}

function actorOf({ type }: CommandRequest, provider: string | undefined): string | null {
  switch (type) {
    case 'timeOut':
      return 'clock';
    case 'declineByCascade':
      return 'cascade';
    case 'review':
    case 'providerReady':
      return `provider:${provider ?? 'unknown'}`;
    default:
      return null;
  }
}

/** The command, and what it is about: `act:submit`, `review:17` (the callback's number in the inbox). */
function reasonOf(command: CommandRequest): string {
  switch (command.type) {
    case 'create':
      return command.start ? 'create:start' : 'create';
    case 'changeStatus':
      return `changeStatus:${command.to}`;
    case 'act':
      return `act:${command.action}`;
    case 'setReview':
      return `setReview:${command.reviewId}`;
    case 'review':
      return `review:${command.inboxId}`;
    case 'providerReady':
      return `ready:${command.inboxId}`;
    case 'declineByCascade':
      return command.fromExamId === undefined ? 'cascade' : `cascade:${command.fromExamId}`;
    case 'timeOut':
      return 'timer';
    default:
      return command.type;
  }
}

interface Outcome {
  attemptId: string | null;
  result: AttemptView | null;
  now: Date;
  cause: Cause;
  /** Absent: nothing had to change. */
  writes?: readonly AttemptWrite[] | undefined;
}

/** A command as it is kept once it is applied. */
export function appliedCommandOf(input: DecideInput, { writes = [], ...outcome }: Outcome): AppliedCommand {
  const { key, commandId, command } = input;
  return { commandId, type: command.type, key, ...outcome, ...versionsAfter(writes, outcome.attemptId) };
}

/**
 * The version that a decision leaves its attempt at, and the other attempts it changes. A removal is a version, too,
 * although no row has it.
 */
function versionsAfter(
  writes: readonly AttemptWrite[],
  attemptId: string | null,
): Pick<AppliedCommand, 'version' | 'others'> {
  const changed = new Map(writes.map((write) => [attemptOf(write).id, versionOf(write)] as const));
  const others = new Map(writes.map((write) => [attemptOf(write).id, attemptOf(write)] as const));
  return {
    version: changed.get(attemptId ?? '') ?? null,
    others: [...others.values()]
      .filter(({ id }) => id !== attemptId)
      .map(({ id, examId, number }) => ({ id, examId, number, version: changed.get(id) ?? 0 })),
  };
}

function attemptOf(write: AttemptWrite): Attempt {
  return write.do === 'save' ? write.after : write.attempt;
}

function versionOf(write: AttemptWrite): number {
  return write.do === 'remove' ? write.attempt.version + 1 : attemptOf(write).version;
}
