import { reviewPage } from '../../clients/proctoring/review-page';
import type { EffectAction, EffectDraft } from '../../domain/attempts/effects';
import type { GoldenEffect } from './cases';
import { examLabel, GOLDEN_COURSE, GOLDEN_PLATFORM_URL } from './rows';

/** The recordings' names of what providers are told. */
export const PROVIDER_CALLS = {
  'provider.start': 'backend.start',
  'provider.stop': 'backend.stop',
  'provider.error': 'backend.error',
  'provider.remove': 'backend.remove',
} as const;

/** An effect in the recordings' words; undefined for the cascade, which they show by what it does. */
export function effectView({ action, examId, userId: user }: EffectDraft): GoldenEffect | undefined {
  const exam = examLabel(examId);
  switch (action.name) {
    case 'cascade':
      return undefined;
    case 'credit.set':
      return { do: 'credit.set', user, exam, status: action.status };
    case 'credit.remove':
      return { do: 'credit.remove', user, exam };
    case 'grades.override':
    case 'grades.undoOverride':
      return { user, exam, ...gradeView(action) };
    case 'certificates.invalidate':
      return { do: 'certificates.invalidate', user };
    case 'instructor.reset':
      return { do: 'instructor.delete_student_attempt', user, exam, ...requesting(action.requestingUser) };
    case 'instructor.complete':
      return { do: 'instructor.complete_student_attempt', user, exam };
    case 'instructor.notify': {
      const { examName: exam_name, reviewStatus: review_status, externalId } = action;
      const page = reviewPage(GOLDEN_PLATFORM_URL, { courseId: GOLDEN_COURSE, examId, externalId });
      const review_url = page.replace(`/${examId}?`, `/<${exam}>?`);
      return { do: 'instructor.send_support_notification', user, exam_name, review_status, review_url };
    }
    case 'email':
      return { do: 'email', status: action.template };
    default:
      return { do: PROVIDER_CALLS[action.name], backend: action.provider, external_id: action.externalId };
  }
}

function gradeView(action: Extract<EffectAction, { name: `grades.${string}` }>): GoldenEffect {
  if (action.name === 'grades.undoOverride') return { do: 'grades.undo_override' };
  const { earnedAll: earned_all, earnedGraded: earned_graded, comment, overrider } = action;
  return { do: 'grades.override', earned_all, earned_graded, comment, ...(overrider ? { overrider } : {}) };
}

function requesting(user: string | undefined): { requesting_user?: string } {
  return user === undefined ? {} : { requesting_user: user };
}
