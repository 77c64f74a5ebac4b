import type { FastifyReply } from 'fastify';
import type { ExamAnswer, ExamBody, ExamPatch } from '../../contracts/http/exams';
import type { NewExam } from '../../db/courses/exams';
import type { Exam } from '../../domain/attempts/model';
import type { ExamSettings } from '../../domain/courses/exam-steps';
import { setVersionTag } from '../http/preconditions';

/** The exam as callers see it, with its review policy. */
export function examAnswer(exam: Exam): ExamAnswer {
  const {
    id,
    provider,
    effectiveProvider: providerName,
    policy,
    dueDate,
    version: _version,
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

/** An answer that is one exam says which version it is. */
export function sendExam(reply: FastifyReply, exam: Exam): ExamAnswer {
  setVersionTag(reply, exam.version);
  return examAnswer(exam);
}

/** A new exam; what is not given is off, and it is active. */
export function newExam(body: ExamBody): NewExam {
  const { reviewRules: _rules, editedBy: _editor, reason: _kept, ...rest } = body;
  const { proctoringProvider = null, dueDate, ...given } = rest;
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
  const { reviewRules: _rules, editedBy: _editor, reason: _kept, proctoringProvider, dueDate, ...given } = body;
  return {
    ...given,
    ...(dueDate === undefined ? {} : { dueDate: dueDate === null ? null : new Date(dueDate) }),
    ...(proctoringProvider === undefined ? {} : { provider: proctoringProvider }),
  };
}
