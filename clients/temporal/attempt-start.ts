import {
  type AttemptRef,
  type AttemptTimings,
  EXAM_ATTEMPT_WORKFLOW,
  type ExamAttemptInput,
  examAttemptWorkflowId,
} from '../../contracts/attempts/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../../contracts/task-queues';
import { cutTo, cutToBytes } from '../cut-text';
import type { WorkflowStart } from './workflow-calls';

/** Exam names have up to 4,000 characters; so many of them say which one it is. */
const NAME_LENGTH = 60;
/** Temporal refuses to start a workflow with a longer summary. */
const SUMMARY_BYTES = 400;

/**
 * One way of starting an attempt's workflow for API, relay and cascade, so that a run looks the same whoever started it.
 * The summary names course, exam and attempt number: no personal data reaches Temporal.
 */
export function attemptStartOptions(ref: AttemptRef, timings: AttemptTimings): WorkflowStart {
  const { examId, userId, attemptNumber, courseId, examName, provider, phase } = ref;
  const exam = `exam ${examId}${examName ? ` (${cutTo(examName, NAME_LENGTH)})` : ''}`;
  return {
    type: EXAM_ATTEMPT_WORKFLOW,
    workflowId: examAttemptWorkflowId(ref),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [{ examId, userId, attemptNumber, timings, isShielded: true } satisfies ExamAttemptInput],
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.ExamCourseId, value: courseId },
      { key: SEARCH_ATTRIBUTES.ExamId, value: String(examId) },
      { key: SEARCH_ATTRIBUTES.LearnerId, value: userId },
      { key: SEARCH_ATTRIBUTES.AttemptPhase, value: phase },
      ...(provider ? [{ key: SEARCH_ATTRIBUTES.ProctoringProvider, value: provider }] : []),
    ],
    staticSummary: cutToBytes(`${courseId} · ${exam} · attempt ${attemptNumber}`, SUMMARY_BYTES),
  };
}
