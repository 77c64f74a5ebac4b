import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { ChangeStatusInput, CommandInput, CommandRequest } from '../../contracts/attempts/commands';
import * as wire from '../../contracts/attempts/messages';
import { shapeProblem } from '../../domain/attempts/command-shape';
import { Shield } from '../shield';
import type { AttemptEntity } from './entity';

type Type = CommandRequest['type'];

/**
 * Registers every message, synchronously, before anything else happens. Validators refuse malformed input only: they run
 * before any state is known; the decision checks what is legal.
 */
export function handleMessages(entity: AttemptEntity, shield = new Shield(false)): void {
  const onUpdate = <T extends Type>(
    update: UpdateDefinition<wire.AttemptView, [CommandInput<T>]>,
    type: T,
    description: string,
  ): void =>
    setHandler(update, (input) => shield.handle(() => entity.command(input.commandId, requestOf(type, input))), {
      validator: (input) => assertShape(type, input),
      description,
    });

  onUpdate(wire.createUpdate, 'create', 'Create the attempt');
  const toCommand = ({ status, ...rest }: ChangeStatusInput): CommandInput<'changeStatus'> => ({ to: status, ...rest });
  setHandler(
    wire.changeStatusUpdate,
    (input) => shield.handle(() => entity.command(input.commandId, requestOf('changeStatus', toCommand(input)))),
    {
      validator: (input) =>
        assertShape('changeStatus', isObject(input) ? toCommand(input as ChangeStatusInput) : input),
      description: 'Set a status: platform or operator',
    },
  );
  onUpdate(wire.actUpdate, 'act', 'An action of the learner');
  onUpdate(wire.removeUpdate, 'remove', 'Remove the attempt (it stays in the archive)');
  onUpdate(wire.markReadyToResumeUpdate, 'markReadyToResume', 'Let the learner resume after an error');
  onUpdate(wire.adjustTimeUpdate, 'adjustTime', 'Count the allowed minutes anew: an allowance is to move the timer');
  setHandler(wire.retryEffectUpdate, (input) => shield.handle(() => entity.retryEffect(input)), {
    validator: (input) => assertShape('retryEffect', input),
    description: 'Try a failed effect again',
  });
  onUpdate(wire.setReviewUpdate, 'setReview', 'Second review by a person');
  handleSignals(entity, shield);
}

/** Nobody waits for a signal's answer: one that makes no sense is noted, and nothing else happens. */
function handleSignals(entity: AttemptEntity, shield: Shield): void {
  const onSignal = <T extends 'review' | 'providerReady' | 'declineByCascade'>(
    signal: SignalDefinition<[CommandInput<T>]>,
    description: string,
    handle: (input: CommandInput<T>) => Promise<void>,
  ): void =>
    setHandler(
      signal,
      (input) =>
        isNothing(input) ? entity.ignored.note(`${signal.name} without content`) : shield.handle(() => handle(input)),
      { description },
    );
  const onCallback = <T extends 'review' | 'providerReady'>(
    signal: SignalDefinition<[CommandInput<T>]>,
    type: T,
    description: string,
  ): void => onSignal(signal, description, (input) => entity.handleCallback(input.commandId, requestOf(type, input)));

  onSignal(wire.declineByCascadeSignal, 'Another exam of the course was declined', (input) =>
    entity.handleSignal(input.commandId, requestOf('declineByCascade', input)),
  );
  onCallback(wire.reviewReceivedSignal, 'review', 'A review came from the provider');
  onCallback(wire.providerReadySignal, 'providerReady', 'The provider says that the learner may begin');
  setHandler(wire.clockChangedSignal, () => entity.wake(), { description: 'The course clock moved (test clock only)' });
  setHandler(wire.wakeSignal, () => entity.wake(), { description: 'Look at the row again' });
  setHandler(wire.stateQuery, () => entity.state, { description: 'The attempt as this workflow knows it' });
}

/** The command of a message: its id goes apart, the message says the type. */
function requestOf<T extends Type>(type: T, { commandId: _id, ...content }: CommandInput<T>): CommandRequest {
  return { ...content, type } as unknown as CommandRequest;
}

function assertShape(type: Type | 'retryEffect', input: unknown): void {
  const commandId = isObject(input) ? input['commandId'] : undefined;
  const problem = shapeProblem(type, commandId, input);
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'bad-request');
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null;
}

function isNothing(input: unknown): boolean {
  return input === undefined || input === null;
}
