import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import { wakeSignal } from '../../contracts/attempts/messages';
import {
  configureDraftUpdate,
  discardDraftUpdate,
  type DraftCommand,
  draftStateQuery,
  type QualificationDraftInput,
  saveDraftUpdate,
} from '../../contracts/qualification/messages';
import { DraftEntity } from './draft-entity';

/**
 * One draft of who qualifies in a period, from choosing a rule to saving, discarding or expiring. Its row decides; a run that
 * is started for a draft that ended answers from the row and closes again. A cancellation in Temporal ends nothing.
 */
export async function qualificationDraft(input: QualificationDraftInput): Promise<void> {
  const draft = new DraftEntity(input);
  const keepOn = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);
  setHandler(configureDraftUpdate, (command) => keepOn(() => draft.configure(command)), {
    validator: assertCommand,
    description: 'Choose a plugin and its settings; the preview is worked out anew',
  });
  setHandler(saveDraftUpdate, (command) => keepOn(() => draft.save(command)), {
    validator: assertCommand,
    description: "Save the draft as the period's newest status",
  });
  setHandler(discardDraftUpdate, (command) => keepOn(() => draft.discard(command)), {
    validator: assertCommand,
    description: 'Throw the draft away',
  });
  setHandler(draftStateQuery, () => draft.view, { description: 'How far the draft is: ids and numbers' });
  setHandler(wakeSignal, () => draft.wake(), { description: 'Look at the row again' });
  await keepOn(() => draft.runUntilOver());
}

function assertCommand(command: DraftCommand): void {
  const isCommand = typeof command === 'object' && command !== null && typeof command.commandId === 'string';
  if (isCommand && command.commandId !== '') return;
  throw ApplicationFailure.nonRetryable('A command needs its commandId.', 'bad-request');
}
