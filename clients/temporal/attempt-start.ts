import type { SearchAttributePair } from '@temporalio/common';
import type { AttemptKey, AttemptTimings } from '../../contracts/attempts/messages';
import { SEARCH } from '../../contracts/search-attributes';
import type { AttemptPhase } from '../../domain/attempts/statuses';

/** What is known of an attempt before its workflow runs: enough to find and recognise it in Temporal's UI. */
export interface AttemptRef {
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
 * One way of starting for the API, the relay and the cascade, so that a run looks the same whoever woke it. The summary
 * names course, exam and attempt number: no personal data reaches Temporal.
 */
export function attemptStartOptions(ref: AttemptRef, timings: AttemptTimings): AttemptStart {
  const { key, courseId, examName, provider, phase } = ref;
  const exam = `exam ${key.examId}${examName ? ` (${examName})` : ''}`;
  return {
    searchAttributes: [
      { key: SEARCH.ExamCourseId, value: courseId },
      { key: SEARCH.ExamId, value: String(key.examId) },
      { key: SEARCH.LearnerId, value: key.userId },
      { key: SEARCH.AttemptPhase, value: phase },
      ...(provider ? [{ key: SEARCH.ProctoringProvider, value: provider }] : []),
    ],
    staticSummary: `${courseId} · ${exam} · attempt ${key.attemptNumber}`,
    timings,
  };
}
