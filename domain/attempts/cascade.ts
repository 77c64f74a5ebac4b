import type { AttemptedExam } from './model';

/**
 * The exams whose attempts are declined with one of the same course: active, proctored, not practice, other content.
 * The declined exam's own kind does not matter (docs/recorded-behaviour.md#current-4). `spare` comes with the effect.
 */
export function cascadeTargets<E extends AttemptedExam>(
  exams: readonly E[],
  declined: E,
  excludedExamIds: readonly number[] = [],
): E[] {
  return exams.filter(
    (exam) =>
      exam.courseId === declined.courseId &&
      exam.contentId !== declined.contentId &&
      !excludedExamIds.includes(exam.id) &&
      exam.isActive &&
      exam.isProctored &&
      !exam.isPracticeExam,
  );
}
