import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ExamAttemptInput } from '../contracts/exam-attempt';
import { AttemptEntity } from './attempt/entity';
import { handleMessages } from './attempt/messages';

/**
 * One exam attempt of one learner, from creation to its last effect. The row in Postgres decides; this workflow serves
 * commands one transaction at a time, keeps deadlines, sees effects through, and sleeps when nothing is left to do.
 */
export async function examAttempt(input: ExamAttemptInput): Promise<void> {
  const entity = new AttemptEntity(input);
  handleMessages(entity);
  await entity.begin();
  while (!(await entity.mayClose())) {
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof examAttempt>(entity.carryOver());
    }
    await entity.untilChange();
  }
}
