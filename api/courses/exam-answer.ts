import type { ExamAnswer, ExamBody, ExamPatch } from '../../contracts/http/exams';
import type { NewExam } from '../../db/courses/exams';
import type { Exam } from '../../domain/attempts/model';
import type { ExamSettings } from '../../domain/courses/exam-steps';

/** The exam as callers see it, with its review policy. */
export function examAnswer(exam: Exam): ExamAnswer {
  const {
    id,
    provider,
    effectiveProvider: providerName,
    policy,
    dueDate,
    requiresQualification = null,
    ...rest
  } = exam;
  return {
    ...rest,
    requiresQualification: requiresQualification && {
      periodId: requiresQualification.periodId,
      accept: [...requiresQualification.accept],
    },
    examId: id,
    dueDate: dueDate?.toISOString() ?? null,
    proctoringProvider: provider,
    provider: providerName,
    reviewRules: policy?.policy ?? null,
    editedBy: policy?.editedBy ?? null,
  };
}

/** A new exam; what is not given is off, and it is active. */
export function newExam(body: ExamBody): NewExam {
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
export function examChanges(body: ExamPatch): Partial<ExamSettings> {
  const { reviewRules: _rules, editedBy: _editor, proctoringProvider, dueDate, ...given } = body;
  return {
    ...given,
    ...(dueDate === undefined ? {} : { dueDate: dueDate === null ? null : new Date(dueDate) }),
    ...(proctoringProvider === undefined ? {} : { provider: proctoringProvider }),
  };
}
