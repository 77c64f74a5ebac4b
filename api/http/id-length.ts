import { ApiError } from '../../contracts/api-error';
import { examAttemptWorkflowId } from '../../contracts/attempts/messages';
import { coursePublishWorkflowId } from '../../contracts/courses/messages';
import { learnerExportWorkflowId } from '../../contracts/exports/messages';

/** Of a workflow's id that a new id is part of, in bytes; Temporal takes a little more. */
const MOST_OF_NEW = 950;
/** What Temporal takes: an id that was stored before goes on up to here. */
const MOST_OF_TEMPORAL = 1_000;

const HIGHEST = 2_147_483_647;

type LongestWorkflowId = (id: string) => string;

const ofLearner: LongestWorkflowId = (userId) =>
  examAttemptWorkflowId({ examId: HIGHEST, userId, attemptNumber: HIGHEST });

const ofChannel = (customerId: string, channelId: string): string =>
  learnerExportWorkflowId({ customerId, channelId, level: 'assessment', enrollmentId: '9'.repeat(19), dryRun: true });

export function isLearnerIdTooLong(userId: string): boolean {
  return ofLearner(userId).length > MOST_OF_NEW;
}

export function isCourseIdTooLong(courseId: string): boolean {
  return coursePublishWorkflowId(courseId).length > MOST_OF_NEW;
}

/** @param channelId empty for the customer itself, whose channels have at least one character */
export function isChannelIdTooLong(customerId: string, channelId = ''): boolean {
  return ofChannel(customerId, channelId).length > MOST_OF_NEW;
}

/** @throws ApiError `id-too-long` before Temporal refuses to start the workflow. */
export function requireStartable(workflowId: string): void {
  if (workflowId.length > MOST_OF_TEMPORAL) throw idTooLong();
}

export function idTooLong(): ApiError {
  const detail = `The workflow's id made of it, percent-encoded, would have more than ${MOST_OF_NEW} bytes.`;
  return new ApiError('id-too-long', detail);
}
