import type { ExamAnswer, ExamBody, ExamPatch } from '../../contracts/http/exams';
import type { ExamInput, StoredExam } from '../../db/courses/exams';

/** The exam as API.md has it, with its review policy. */
export function examAnswer(exam: StoredExam): ExamAnswer {
  const { id, provider, providerName, policy, dueDate, ...shown } = exam;
  return {
    ...shown,
    examId: id,
    dueDate: dueDate?.toISOString() ?? null,
    proctoringProvider: provider,
    provider: providerName,
    reviewRules: policy?.policy ?? null,
    editedBy: policy?.editedBy ?? null,
  };
}

/** A new exam; what is not given is off, and it is active. */
export function newExam(body: ExamBody): ExamInput {
  const { reviewRules: _rules, editedBy: _editor, proctoringProvider = null, dueDate, ...given } = body;
  return {
    isProctored: false,
    isPracticeExam: false,
    isOnboardingExam: false,
    isActive: true,
    hideAfterDue: false,
    ...given,
    dueDate: dueDate == null ? null : new Date(dueDate),
    provider: proctoringProvider,
  };
}

/** Only what is given; null is a value. */
export function examChanges(body: ExamPatch): Partial<Omit<ExamInput, 'courseId' | 'contentId'>> {
  const { reviewRules: _rules, editedBy: _editor, proctoringProvider, dueDate, ...given } = body;
  return {
    ...given,
    ...(dueDate === undefined ? {} : { dueDate: dueDate === null ? null : new Date(dueDate) }),
    ...(proctoringProvider === undefined ? {} : { provider: proctoringProvider }),
  };
}
