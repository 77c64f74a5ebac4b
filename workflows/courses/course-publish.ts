import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { wakeSignal } from '../../contracts/attempts/messages';
import { type CoursePublishInput, type PublishInput, publishUpdate } from '../../contracts/courses/messages';
import { CoursePublisher } from './course-publisher';

/**
 * The publishes of one course, one at a time, and its exams' pending saves at proctoring providers. Rows
 * decide here too: a woken run reads the pending saves from them, and closes when there are none.
 */
export async function coursePublish(input: CoursePublishInput): Promise<void> {
  const publisher = new CoursePublisher(input);
  setHandler(publishUpdate, (publication) => publisher.publish(publication), {
    validator: assertWellFormed,
    description: 'Publish the special exams of the course',
  });
  setHandler(wakeSignal, () => publisher.wake(), { description: 'Look at the rows again' });
  await publisher.runUntilIdle(() => !workflowInfo().continueAsNewSuggested);
  if (!workflowInfo().continueAsNewSuggested) return;
  await condition(allHandlersFinished);
  await continueAsNew<typeof coursePublish>(input);
}

function assertWellFormed(input: PublishInput): void {
  const isCommand = typeof input === 'object' && input !== null && typeof input.commandId === 'string';
  if (isCommand && input.commandId !== '' && Array.isArray(input.exams)) return;
  throw ApplicationFailure.nonRetryable('A publish needs an object with commandId and exams.', 'bad-request');
}
