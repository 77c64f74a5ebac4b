import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ExamAttemptInput } from '../../contracts/attempts/messages';
import { AttemptEntity } from './entity';
import { handleMessages } from './messages';

/**
 * One exam attempt of one learner, from creation to its last effect. The row in Postgres decides; this workflow serves
 * commands one transaction at a time, keeps deadlines, retries effects, and closes when nothing is left to do.
 *
 * The loop awaits no more than it has to: the SDK keeps a stack trace for every promise of a workflow (ADR 8).
 */
export async function examAttempt(input: ExamAttemptInput): Promise<void> {
  const entity = new AttemptEntity(input);
  handleMessages(entity);
  await entity.begin();
  for (;;) {
    while (entity.isStale) await entity.load();
    entity.updateDisplay();
    if (entity.isIdleLongEnough && (await entity.canClose())) return;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof examAttempt>(input);
    }
    const fired = await entity.nextChange();
    if (fired) await entity.onTimer(fired);
  }
}
