import { ApplicationFailure } from '@temporalio/common';
import { ServiceError } from '../../clients/http/service-error';
import type { ProviderRegistration } from '../../clients/platform/services';
import type { AttemptActivities } from '../../contracts/attempts/activities';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { findAllowance } from '../../db/attempts/allowances';
import { storeAnswer } from '../../db/attempts/commands';
import { findExam } from '../../db/courses/exams';
import { findLearner } from '../../db/courses/learners';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { Dependencies } from './dependencies';
import { inTurn } from './question-turn';

interface QuestionContext extends Dependencies {
  commandId: string;
  key: AttemptKey;
}

type QuestionOf<K extends Question['kind']> = Extract<Question, { kind: K }>;

/**
 * Questions the decision depends on. The intent is stored first, so the key and the new attempt's code are the same
 * however often it is asked; the first answer is kept.
 */
export function questionActivities(dependencies: Dependencies): Pick<AttemptActivities, 'askOutside'> {
  return {
    async askOutside(input) {
      const context = { ...dependencies, ...input };
      await inTurn(context, async (question) => {
        if (!question) throw ApplicationFailure.nonRetryable('There is no such question.', 'internal-error');
        await storeAnswer(context.knex, context.commandId, await answerTo(context, question));
      });
    },
  };
}

function answerTo(context: QuestionContext, question: Question): Promise<Answers> {
  switch (question.kind) {
    case 'registration':
      return askRegistration(context, question);
    case 'removal':
      return askRemoval(context, question);
    case 'gradeOverrideOnRejection':
      return askGradeSwitch(context);
  }
}

async function askRegistration(context: QuestionContext, question: QuestionOf<'registration'>): Promise<Answers> {
  const client = context.platform.provider(question.provider);
  const { id, code: attemptCode } = question.newAttempt;
  if (!client) return { registration: { outcome: 'registered', externalId: id } };
  const { timeLimitMins, isSampleAttempt } = question;
  const registration = await client.register(
    { ...(await registrationFacts(context)), attemptCode, timeLimitMins, isSampleAttempt },
    { key: `${id}:0:provider.register` },
  );
  return { registration };
}

type RegistrationFacts = Omit<ProviderRegistration, 'attemptCode' | 'timeLimitMins' | 'isSampleAttempt'>;

/** What is sent to a provider about learner and exam: names and addresses are read here and never stored. */
async function registrationFacts({ knex, key: { examId, userId } }: QuestionContext): Promise<RegistrationFacts> {
  const [learner, exam, exception] = await Promise.all([
    findLearner(knex, userId),
    findExam(knex, examId),
    findAllowance(knex, { examId, userId, key: 'review_policy_exception' }),
  ]);
  if (!learner || !exam) throw ApplicationFailure.nonRetryable('The learner or exam is gone.', 'attempt-not-found');
  const { fullName, email } = learner;
  const { examName, courseId, policy } = exam;
  const review = { reviewPolicy: policy?.policy ?? null, reviewPolicyException: exception?.value ?? null };
  return { examId, userId, examName, courseId, fullName, email, ...review };
}

/** A provider that refuses or gives a malformed answer has not removed: the attempt stays (golden removals.json). */
async function askRemoval({ platform, key }: QuestionContext, question: QuestionOf<'removal'>): Promise<Answers> {
  const client = platform.provider(question.provider);
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
async function askGradeSwitch({ knex, platform, key, commandId }: QuestionContext): Promise<Answers> {
  const exam = await findExam(knex, key.examId);
  if (!platform.grades || !exam) return { gradeOverrideOnRejection: false };
  const on = await platform.grades.overrideOnRejection(
    { courseId: exam.courseId },
    { key: `${commandId}:grade-switch` },
  );
  return { gradeOverrideOnRejection: on };
}
