import { ServiceError } from '../../clients/http/service-error';
import { buildStatusMail } from '../../clients/mail/status-mail';
import type { MailClient } from '../../clients/platform/services';
import { findCourse } from '../../db/courses/courses';
import { findExam } from '../../db/courses/exams';
import { findLearner } from '../../db/courses/learners';
import { pinDetail } from '../../db/effects/details';
import type { EffectToDo } from '../../db/effects/effects';
import { isMailAddress } from '../../domain/courses/mail-address';
import type { Dependencies } from './dependencies';
import { SkippedEffect } from './skipped-effect';

type Template = 'submitted' | 'verified' | 'rejected';

/**
 * What a mail says when the credit state knows no course name (docs/recorded-behaviour.md#mail-without-course-name).
 */
const NO_NAME = '';

/**
 * Sends the status mail of an effect. The course name comes from the credit state and is kept with the effect when first
 * known, so that a second try sends the same text under the same Message-ID.
 */
export async function sendStatusMail(
  dependencies: Dependencies,
  mail: MailClient,
  effect: EffectToDo,
  template: Template,
): Promise<void> {
  const { knex, mailTexts } = dependencies;
  const [learner, exam, course] = await Promise.all([
    findLearner(knex, effect.userId),
    findExam(knex, effect.examId),
    findCourse(knex, effect.courseId),
  ]);
  if (!learner) throw new ServiceError('mail', 'refused', 'the learner is not known here');
  if (learner.email === '') throw new SkippedEffect('no-address');
  if (!isMailAddress(learner.email)) throw new ServiceError('mail', 'refused', 'what is stored is not one address');
  const courseName = await courseNameOf(dependencies, effect);
  await mail.send(
    buildStatusMail({
      to: learner.email,
      fullName: learner.fullName,
      examName: exam?.examName ?? '',
      courseName: courseName === NO_NAME ? null : courseName,
      template,
      provider: exam?.effectiveProvider ?? null,
      language: learner.language ?? null,
      escalationEmail: course?.escalationEmail ?? null,
      courseId: effect.courseId,
      platform: mailTexts,
      messageId: `<${effect.key.replace(/[^\w.-]/g, '.')}@invigil>`,
    }),
  );
}

async function courseNameOf({ knex, platform }: Dependencies, effect: EffectToDo): Promise<string> {
  if (typeof effect.detail === 'string') return effect.detail;
  const { userId, courseId, effectId, key } = effect;
  const found = platform.credit
    ? await platform.credit.courseName({ userId, courseId }, { key: `${key}:course-name` })
    : null;
  return pinDetail(knex, effectId, found ?? NO_NAME);
}
