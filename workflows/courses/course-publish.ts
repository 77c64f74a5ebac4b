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
import { publicationProblem } from '../../domain/courses/publication-shape';
import { Shield } from '../shield';
import { CoursePublisher } from './course-publisher';

/**
 * The publishes of one course, one at a time, and its exams' pending saves at proctoring providers. Rows
 * decide here too: a woken run reads the pending saves from them, and closes when there are none.
 */
export async function coursePublish(input: CoursePublishInput): Promise<void> {
  assertInput(input);
  const publisher = new CoursePublisher(input);
  const shield = new Shield(input.isShielded === true);
  setHandler(publishUpdate, (publication) => shield.handle(() => publisher.publish(publication)), {
    validator: assertWellFormed,
    description: 'Publish the special exams of the course',
  });
  setHandler(wakeSignal, () => publisher.wake(), { description: 'Look at the rows again' });
  await shield.run(() => attend(publisher, input));
}

async function attend(publisher: CoursePublisher, input: CoursePublishInput): Promise<void> {
  await publisher.runUntilIdle(() => !workflowInfo().continueAsNewSuggested);
  if (!workflowInfo().continueAsNewSuggested) return;
  await condition(allHandlersFinished);
  await continueAsNew<typeof coursePublish>({ ...input, isShielded: true });
}

function assertWellFormed(input: PublishInput): void {
  const problem = publicationProblem(input);
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'bad-request');
}

/** As an attempt's. */
function assertInput(input: unknown): void {
  const { courseId, timings } = (input ?? {}) as Partial<CoursePublishInput>;
  if (typeof courseId === 'string' && typeof timings === 'object' && timings !== null) return;
  throw ApplicationFailure.nonRetryable('A publish needs courseId and timings.', 'bad-request');
}
