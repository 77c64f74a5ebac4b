import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { CommandInput, CommandRequest } from '../../contracts/attempts/commands';
import * as wire from '../../contracts/attempts/messages';
import type { AttemptEntity } from './entity';

type Type = CommandRequest['type'];

const validator = assertWellFormed;

/**
 * Registers every message, synchronously, before anything else happens. Validators refuse malformed input only: they run
 * before any state is known; the decision checks what is legal.
 */
export function handleMessages(entity: AttemptEntity): void {
  const onUpdate = <T extends Type>(
    update: UpdateDefinition<wire.AttemptView, [CommandInput<T>]>,
    type: T,
    description: string,
  ): void =>
    setHandler(update, (input) => entity.command(input.commandId, requestOf(type, input)), { validator, description });

  onUpdate(wire.createUpdate, 'create', 'Create the attempt');
  setHandler(
    wire.changeStatusUpdate,
    ({ status, ...rest }) => entity.command(rest.commandId, requestOf('changeStatus', { to: status, ...rest })),
    { validator, description: 'Set a status: platform or operator' },
  );
  onUpdate(wire.actUpdate, 'act', 'An action of the learner');
  onUpdate(wire.removeUpdate, 'remove', 'Remove the attempt (it stays in the archive)');
  onUpdate(wire.markReadyToResumeUpdate, 'markReadyToResume', 'Let the learner resume after an error');
  onUpdate(wire.adjustTimeUpdate, 'adjustTime', 'Count the allowed minutes anew: an allowance is to move the timer');
  setHandler(wire.retryEffectUpdate, (input) => entity.retryEffect(input), {
    validator,
    description: 'Try a failed effect again',
  });
  onUpdate(wire.setReviewUpdate, 'setReview', 'Second review by a person');
  handleSignals(entity);
}

function handleSignals(entity: AttemptEntity): void {
  const onCallback = <T extends 'review' | 'providerReady'>(
    signal: SignalDefinition<[CommandInput<T>]>,
    type: T,
    description: string,
  ): void =>
    setHandler(signal, (input) => entity.handleCallback(input.commandId, requestOf(type, input)), { description });

  setHandler(
    wire.declineByCascadeSignal,
    (input) => entity.handleSignal(input.commandId, requestOf('declineByCascade', input)),
    { description: 'Another exam of the course was declined' },
  );
  onCallback(wire.reviewReceivedSignal, 'review', 'A review came from the provider');
  onCallback(wire.providerReadySignal, 'providerReady', 'The provider says that the learner may begin');
  setHandler(wire.clockChangedSignal, () => entity.wake(), { description: 'The course clock moved (test clock only)' });
  setHandler(wire.wakeSignal, () => entity.wake(), { description: 'Look at the row again' });
  setHandler(wire.stateQuery, () => entity.state, { description: 'The attempt as this workflow knows it' });
}

/** The command of a message: its id goes apart, the message says the type. */
function requestOf<T extends Type>(type: T, { commandId: _id, ...content }: CommandInput<T>): CommandRequest {
  return { type, ...content } as unknown as CommandRequest;
}

function assertWellFormed(input: { commandId: string }): void {
  if (typeof input !== 'object' || input === null || typeof input.commandId !== 'string' || input.commandId === '') {
    throw ApplicationFailure.nonRetryable('A command needs an object with a commandId.', 'bad-request');
  }
}
