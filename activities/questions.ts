import { ApplicationFailure } from '@temporalio/common';
import type { ProctoringClient } from '../clients/platform';
import { ServiceError } from '../clients/service-error';
import type { AttemptActivities } from '../contracts/attempt-activities';
import { findAllowance } from '../db/allowances';
import type { AttemptKey } from '../contracts/exam-attempt';
import { findCommand, storeAnswer } from '../db/commands';
import { findExam } from '../db/exams';
import { findLearner } from '../db/learners';
import { findReviewPolicy } from '../db/review-policies';
import type { Answers, Question } from '../domain/decision';
import type { Dependencies } from './dependencies';

interface Asking {
  commandId: string;
  key: AttemptKey;
}

type Asked<K extends Question['kind']> = Extract<Question, { kind: K }>;

/**
 * Questions the decision depends on. The intent was stored before, so the key and the new attempt's code are the same
 * however often it is asked; the first answer stands.
 */
export function questionActivities(dependencies: Dependencies): Pick<AttemptActivities, 'askOutside'> {
  return {
    async askOutside({ commandId, key }) {
      const command = await findCommand(dependencies.knex, commandId);
      if (!command?.question) throw ApplicationFailure.nonRetryable('There is no such question.', 'internal-error');
      const answer = await answerTo(dependencies, { commandId, key }, command.question);
      await storeAnswer(dependencies.knex, commandId, answer);
    },
  };
}

function answerTo(dependencies: Dependencies, command: Asking, question: Question): Promise<Answers> {
  switch (question.kind) {
    case 'registration':
      return askRegistration(dependencies, command, question);
    case 'removal':
      return askRemoval(dependencies, command, question);
    case 'gradeOverrideOnRejection':
      return askGradeSwitch(dependencies, command);
  }
}

async function askRegistration(
  { knex, platform }: Dependencies,
  { key }: Asking,
  question: Asked<'registration'>,
): Promise<Answers> {
  const client = platform.provider(question.provider);
  if (!client) return { registration: { outcome: 'registered', externalId: question.newAttempt.id } };
  const [learner, exam, policy, exception] = await Promise.all([
    findLearner(knex, key.userId),
    findExam(knex, key.examId),
    findReviewPolicy(knex, key.examId),
    findAllowance(knex, key.examId, key.userId, 'review_policy_exception'),
  ]);
  const registration = await client.register(
    {
      examId: key.examId,
      attemptCode: question.newAttempt.code,
      userId: key.userId,
      examName: exam?.examName ?? '',
      courseId: exam?.courseId ?? '',
      timeLimitMins: question.timeLimitMins,
      isSampleAttempt: question.isSampleAttempt,
      fullName: learner?.fullName ?? '',
      email: learner?.email ?? '',
      reviewPolicy: policy,
      reviewPolicyException: exception,
    },
    { key: `${question.newAttempt.id}:0:provider.register` },
  );
  return { registration };
}

/** A provider that says no, or says nothing sensible, has not removed: the attempt stays (golden removals.json). */
async function askRemoval(
  { platform }: Dependencies,
  { key }: Asking,
  question: Asked<'removal'>,
): Promise<Answers> {
  const client: ProctoringClient | null = platform.provider(question.provider);
  if (!client) return { removal: 'removed' };
  try {
    const ref = { examId: key.examId, externalId: question.externalId };
    const removed = await client.remove(ref, { key: `${question.attemptId}:removal` });
    return { removal: removed ? 'removed' : 'failed' };
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'refused') return { removal: 'failed' };
    throw error;
  }
}

/** Without a grades service there is nothing to override. */
async function askGradeSwitch({ knex, platform }: Dependencies, { key, commandId }: Asking): Promise<Answers> {
  const exam = await findExam(knex, key.examId);
  if (!platform.grades || !exam) return { gradeOverrideOnRejection: false };
  const on = await platform.grades.overrideOnRejection({ courseId: exam.courseId }, { key: `${commandId}:grade-switch` });
  return { gradeOverrideOnRejection: on };
}
