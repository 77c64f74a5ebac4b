import type { SearchAttributePair } from '@temporalio/common';
import {
  type AttemptRef,
  type AttemptTimings,
  type ExamAttemptInput,
  examAttemptWorkflowId,
} from '../../contracts/attempts/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../../contracts/task-queues';

/** How a workflow is started by whoever has a message for it. */
export interface StartOptions<I> {
  workflowId: string;
  taskQueue: string;
  args: [I];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE';
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
}

/**
 * One set of start options for API, relay and cascade, so that a run looks the same whoever started it. The summary
 * names course, exam and attempt number: no personal data reaches Temporal.
 */
export function attemptStartOptions(ref: AttemptRef, timings: AttemptTimings): StartOptions<ExamAttemptInput> {
  const { examId, userId, attemptNumber, courseId, examName, provider, phase } = ref;
  const exam = `exam ${examId}${examName ? ` (${examName})` : ''}`;
  return {
    workflowId: examAttemptWorkflowId(ref),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [{ examId, userId, attemptNumber, timings }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.ExamCourseId, value: courseId },
      { key: SEARCH_ATTRIBUTES.ExamId, value: String(examId) },
      { key: SEARCH_ATTRIBUTES.LearnerId, value: userId },
      { key: SEARCH_ATTRIBUTES.AttemptPhase, value: phase },
      ...(provider ? [{ key: SEARCH_ATTRIBUTES.ProctoringProvider, value: provider }] : []),
    ],
    staticSummary: `${courseId} · ${exam} · attempt ${attemptNumber}`,
  };
}
