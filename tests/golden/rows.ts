import type { Attempt, AttemptedExam, Exam, ProviderFacts } from '../../domain/attempts/model';
import type { AttemptStatus } from '../../domain/attempts/statuses';
import type { GoldenKind, GoldenRow } from './cases';

/** The two providers of the recordings; their titles appear in grade override comments. */
export const GOLDEN_PROVIDERS: Record<string, ProviderFacts> = {
  software_secure: { name: 'software_secure', title: 'RPNow', supportsOnboarding: false },
  rest: { name: 'rest', title: 'Rest Proctor', supportsOnboarding: true, protocol: 'rest' },
};

/** Where the recorded installation stood, and its only course. */
export const GOLDEN_PLATFORM_URL = 'http://testserver';
export const GOLDEN_COURSE = 'course-v1:Oracle+P101+2026';

/** `e3` -> 3: symbolic exams are numbered, and ids go up with the labels. */
export function examIdOf(label: string): number {
  return Number(label.slice(1));
}

export function examLabel(id: number): string {
  return `e${id}`;
}

export type ExamOptions = Partial<Pick<Exam, 'timeLimitMins' | 'dueDate' | 'isActive'>>;

/** An exam of a recorded kind; only proctored ones have a provider here. */
export function goldenExam(label: string, kind: GoldenKind, options: ExamOptions = {}): Exam {
  const provider = kind.is_proctored && kind.backend in GOLDEN_PROVIDERS ? kind.backend : null;
  return {
    id: examIdOf(label),
    courseId: GOLDEN_COURSE,
    contentId: `block-${label}`,
    examName: `Exam ${label}`,
    timeLimitMins: 60,
    dueDate: null,
    isProctored: kind.is_proctored,
    isPracticeExam: kind.is_practice_exam,
    isOnboardingExam: false,
    isActive: true,
    hideAfterDue: false,
    provider,
    effectiveProvider: provider,
    policy: null,
    version: 1,
    ...options,
  };
}

export function goldenProviderOf(name: string | null): ProviderFacts | null {
  return GOLDEN_PROVIDERS[name ?? ''] ?? null;
}

const STARTED = new Set(
  'started ready_to_submit timed_out submitted second_review_required verified rejected error onboarding_reset not_reviewed'.split(
    ' ',
  ),
);
const COMPLETED_AT = new Set('submitted second_review_required verified rejected onboarding_reset not_reviewed'.split(' '));

/** "Attempt in status X" of the recordings (docs/recorded-behaviour.md#initial-state-of-an-attempt). */
export function goldenAttempt(
  name: string,
  exam: AttemptedExam,
  status: string,
  now: Date,
  options: Partial<Attempt> = {},
): Attempt {
  const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
  const takingAsProctored = options.takingAsProctored ?? (exam.isProctored && status !== 'declined');
  const started = STARTED.has(status);
  return {
    id: name,
    code: `CODE-${name.toUpperCase()}`,
    number: Number(name.slice(1)),
    examId: exam.id,
    userId: 'u1',
    status: status as AttemptStatus,
    takingAsProctored,
    isSampleAttempt: exam.isPracticeExam,
    externalId: takingAsProctored ? `ext-${name}` : null,
    provider: exam.effectiveProvider,
    allowedTimeLimitMins: started ? exam.timeLimitMins : null,
    startedAt: started ? ago(30) : null,
    completedAt: COMPLETED_AT.has(status) ? ago(5) : null,
    timeRemainingSeconds: null,
    isResumable: status === 'error',
    readyToResume: false,
    resumed: false,
    isCurrent: true,
    reviewDueAt: null,
    version: 1,
    createdAt: ago(31),
    modifiedAt: ago(31),
    ...options,
  };
}

/** Overrides from a recorded `before` row, where cases list their attempts in full. */
export function overridesOf(row: GoldenRow): Partial<Attempt> {
  return {
    userId: String(row['user']),
    takingAsProctored: row['taking_as_proctored'] === true,
    externalId: (row['external_id'] as string | null | undefined) ?? null,
  };
}
