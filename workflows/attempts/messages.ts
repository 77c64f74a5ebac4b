import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import * as wire from '../../contracts/attempts/messages';
import type { AttemptEntity } from './entity';

/**
 * Registers every message, synchronously, before anything else happens. Validators refuse malformed input only: they run
 * before any state is known; the decision checks what is legal.
 */
export function handleMessages(entity: AttemptEntity): void {
  const validator = assertWellFormed;
  setHandler(wire.createUpdate, ({ commandId, ...rest }) => entity.command(commandId, { type: 'create', ...rest }), {
    validator,
    description: 'Create the attempt',
  });
  setHandler(
    wire.changeStatusUpdate,
    ({ commandId, status, ...rest }) => entity.command(commandId, { type: 'changeStatus', to: status, ...rest }),
    { validator, description: 'Set a status: platform or operator' },
  );
  setHandler(wire.actUpdate, ({ commandId, ...rest }) => entity.command(commandId, { type: 'act', ...rest }), {
    validator,
    description: 'An action of the learner',
  });
  setHandler(wire.removeUpdate, ({ commandId, ...rest }) => entity.command(commandId, { type: 'remove', ...rest }), {
    validator,
    description: 'Remove the attempt (it stays in the archive)',
  });
  setHandler(
    wire.markReadyToResumeUpdate,
    ({ commandId, ...rest }) => entity.command(commandId, { type: 'markReadyToResume', ...rest }),
    { validator, description: 'Let the learner resume after an error' },
  );
  setHandler(wire.adjustTimeUpdate, ({ commandId }) => entity.command(commandId, { type: 'adjustTime' }), {
    validator,
    description: 'Count the allowed minutes anew: an allowance is to move the timer',
  });
  setHandler(wire.retryEffectUpdate, ({ effectId }) => entity.retryEffect(effectId), {
    validator,
    description: 'Try a failed effect again',
  });
  setHandler(
    wire.setReviewUpdate,
    ({ commandId, ...rest }) => entity.command(commandId, { type: 'setReview', ...rest }),
    { validator, description: 'Second review by a person' },
  );
  handleSignals(entity);
}

function handleSignals(entity: AttemptEntity): void {
  setHandler(
    wire.declineByCascadeSignal,
    async ({ commandId }) => {
      await entity.handleSignal(commandId, { type: 'declineByCascade' });
    },
    { description: 'Another exam of the course was declined' },
  );
  setHandler(
    wire.reviewReceivedSignal,
    ({ commandId, inboxId }) => entity.handleCallback(commandId, { type: 'review', inboxId }),
    { description: 'A review came from the provider' },
  );
  setHandler(
    wire.providerReadySignal,
    ({ commandId, inboxId }) => entity.handleCallback(commandId, { type: 'providerReady', inboxId }),
    { description: 'The provider says that the learner may begin' },
  );
  setHandler(wire.clockChangedSignal, () => entity.wake(), { description: 'The course clock moved (test clock only)' });
  setHandler(wire.wakeSignal, () => entity.wake(), { description: 'Look at the row again' });
  setHandler(wire.stateQuery, () => entity.state, { description: 'The attempt as this workflow knows it' });
}

function assertWellFormed(input: { commandId: string }): void {
  if (typeof input !== 'object' || input === null || typeof input.commandId !== 'string' || input.commandId === '') {
    throw ApplicationFailure.nonRetryable('A command needs an object with a commandId.', 'bad-request');
  }
}
