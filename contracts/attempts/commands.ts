import type { Command } from '../../domain/attempts/commands';
import type { InJson } from '../in-json';

/** What is added under the learner's lock: identities are given there, callbacks and reviews are read. */
type AddedLater = 'newAttempt' | 'requireProviderRemoval' | 'payload' | 'provider' | 'trusted';

type RequestOf<C extends Command> = C extends Command ? InJson<Omit<C, AddedLater>> : never;

/** Said by a caller that has seen a version: it is decided only if the attempt is one of these still (HTTP's If-Match). */
export interface Precondition {
  ifVersions?: readonly number[];
}

/** A command from workflow to activity. Callbacks are named by their row in the inbox: no payload travels through Temporal. */
export type CommandRequest = Precondition &
  (
    | RequestOf<Exclude<Command, { type: 'providerReady' | 'setReview' }>>
    | { type: 'providerReady'; inboxId: string }
    | SetReviewRequest
  );

/** Who asks is read from the request's row; senders of the release before named the person. */
type SetReviewRequest = Omit<Extract<Command, { type: 'setReview' }>, 'requestedBy'> & { requestedBy?: string };

/** Commands whose content is in the inbox or with the stored reviews. */
export type ReviewRequest = Extract<CommandRequest, { type: 'review' | 'providerReady' | 'setReview' }>;

/**
 * A command as it is sent to the workflow: under an id (one per Idempotency-Key of the caller's principal), which is stored
 * with the row; the message says the type.
 */
export type CommandInput<T extends CommandRequest['type']> = { commandId: string } & Omit<
  Extract<CommandRequest, { type: T }>,
  'type'
>;

/** As all the others, but that the message calls the status by its name. */
export type ChangeStatusInput = Omit<CommandInput<'changeStatus'>, 'to'> & { status: string };

/** No command of the rules: the attempt stays as it is. */
export interface RetryEffectInput extends Precondition {
  commandId: string;
  effectId: string;
}

/** The command a callback becomes: the same for every delivery. */
export function callbackCommand(inboxId: string): CommandInput<'review'> {
  return { commandId: `inbox:${inboxId}`, inboxId };
}
