import type { SearchAttributePair } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptTimings,
  EXAM_ATTEMPT_WORKFLOW,
  type ExamAttemptInput,
  examAttemptWorkflowId,
} from '../../contracts/attempts/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../../contracts/task-queues';
import type { AttemptPhase } from '../../domain/attempts/statuses';
import type { WorkflowStart } from './workflow-calls';

/** What is known of an attempt before its workflow runs: enough to find it in Temporal's UI. */
export interface AttemptDescription {
  key: AttemptKey;
  courseId: string;
  examName?: string;
  /** Null for an exam that is not proctored. */
  provider: string | null;
  phase: AttemptPhase;
}

/** How a sleeping or new attempt's workflow is started by whoever has a command for it. */
export interface AttemptStart {
  searchAttributes: SearchAttributePair[];
  staticSummary: string;
  timings: AttemptTimings;
}

/**
 * One set of start options for API, relay and cascade, so that a run looks the same whoever started it. The summary
 * names course, exam and attempt number: no personal data reaches Temporal.
 */
export function attemptStartOptions(attempt: AttemptDescription, timings: AttemptTimings): AttemptStart {
  const { key, courseId, examName, provider, phase } = attempt;
  const exam = `exam ${key.examId}${examName ? ` (${examName})` : ''}`;
  return {
    searchAttributes: [
      { key: SEARCH_ATTRIBUTES.ExamCourseId, value: courseId },
      { key: SEARCH_ATTRIBUTES.ExamId, value: String(key.examId) },
      { key: SEARCH_ATTRIBUTES.LearnerId, value: key.userId },
      { key: SEARCH_ATTRIBUTES.AttemptPhase, value: phase },
      ...(provider ? [{ key: SEARCH_ATTRIBUTES.ProctoringProvider, value: provider }] : []),
    ],
    staticSummary: `${courseId} · ${exam} · attempt ${key.attemptNumber}`,
    timings,
  };
}

export function attemptWorkflowStart(key: AttemptKey, start: AttemptStart): WorkflowStart {
  const input: ExamAttemptInput = { ...key, timings: start.timings };
  return {
    type: EXAM_ATTEMPT_WORKFLOW,
    workflowId: examAttemptWorkflowId(key),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [input],
    typedSearchAttributes: start.searchAttributes,
    staticSummary: start.staticSummary,
  };
}
