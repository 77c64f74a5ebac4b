import { ApplicationFailure } from '@temporalio/common';
import type { ProctoringClient, ProviderRegistration } from '../../clients/platform/platform';
import { ServiceError } from '../../clients/http/service-error';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import { findAllowance } from '../../db/attempts/allowances';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { findCommand, storeAnswer } from '../../db/attempts/commands';
import { findExam } from '../../db/courses/exams';
import { findLearner } from '../../db/courses/learners';
import { findReviewPolicy } from '../../db/courses/review-policies';
import type { Answers, Question } from '../../domain/attempts/decision';
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
  dependencies: Dependencies,
  { key }: Asking,
  question: Asked<'registration'>,
): Promise<Answers> {
  const client = dependencies.platform.provider(question.provider);
  const { id, code: attemptCode } = question.newAttempt;
  if (!client) return { registration: { outcome: 'registered', externalId: id } };
  const { timeLimitMins, isSampleAttempt } = question;
  const registration = await client.register(
    { ...(await registrationFacts(dependencies, key)), attemptCode, timeLimitMins, isSampleAttempt },
    { key: `${id}:0:provider.register` },
  );
  return { registration };
}

type Facts = Omit<ProviderRegistration, 'attemptCode' | 'timeLimitMins' | 'isSampleAttempt'>;

/** What a provider is told about learner and exam: names and addresses are read here and nowhere kept. */
async function registrationFacts({ knex }: Dependencies, { examId, userId }: AttemptKey): Promise<Facts> {
  const [learner, exam, policy, exception] = await Promise.all([
    findLearner(knex, userId),
    findExam(knex, examId),
    findReviewPolicy(knex, examId),
    findAllowance(knex, { examId, userId, key: 'review_policy_exception' }),
  ]);
  if (!learner || !exam) throw ApplicationFailure.nonRetryable('The learner or exam is gone.', 'attempt-not-found');
  const { fullName, email } = learner;
  const { examName, courseId } = exam;
  return {
    ...{ examId, userId, examName, courseId, fullName, email },
    reviewPolicy: policy?.policy ?? null,
    reviewPolicyException: exception?.value ?? null,
  };
}

/** A provider that says no, or says nothing sensible, has not removed: the attempt stays (golden removals.json). */
async function askRemoval({ platform }: Dependencies, { key }: Asking, question: Asked<'removal'>): Promise<Answers> {
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
  const on = await platform.grades.overrideOnRejection(
    { courseId: exam.courseId },
    { key: `${commandId}:grade-switch` },
  );
  return { gradeOverrideOnRejection: on };
}
