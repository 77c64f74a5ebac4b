import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type CoursePublishInput, type PublishInput, publishUpdate } from '../../contracts/courses/messages';
import { wakeSignal } from '../../contracts/attempts/messages';
import { CoursePublisher } from './course-publisher';

/**
 * The publishes of one course, one at a time, and what proctoring providers have still to be told of its exams. Rows
 * decide here too: a run that is woken reads from them what is left to do, and closes when that is nothing.
 */
export async function coursePublish(input: CoursePublishInput): Promise<void> {
  const publisher = new CoursePublisher(input);
  setHandler(publishUpdate, (publication) => publisher.publish(publication), {
    validator: wellFormed,
    description: 'Publish the special exams of the course',
  });
  setHandler(wakeSignal, () => publisher.wake(), { description: 'Look at the rows again' });
  await publisher.untilIdle(() => !workflowInfo().continueAsNewSuggested);
  if (!workflowInfo().continueAsNewSuggested) return;
  await condition(allHandlersFinished);
  await continueAsNew<typeof coursePublish>(input);
}

function wellFormed(input: PublishInput): void {
  const isCommand = typeof input === 'object' && input !== null && typeof input.commandId === 'string';
  if (isCommand && input.commandId !== '' && Array.isArray(input.exams)) return;
  throw ApplicationFailure.nonRetryable('A publish needs an object with commandId and exams.', 'bad-request');
}
