import { type ExistingExam, type ExamStep, type PublishedExam, stepOfSent, stepOfVanished } from './exam-steps';

/** All that a publish depends on. */
export interface PublishContext {
  /** The installation's switch: ENABLE_SPECIAL_EXAMS of the specification (docs/recorded-behaviour.md#publishing). */
  featureEnabled: boolean;
  /** What the courses service says; true where none is configured. */
  courseKnown: boolean;
  enableProctoredExams: boolean;
  enableTimedExams: boolean;
  /** The course's provider as sent; null = not said. */
  provider: string | null;
  /** For new exams when no provider is sent. */
  defaultProvider: string | null;
  knownProviders: ReadonlySet<string>;
  stored: readonly ExistingExam[];
  /** The course's time-limited sequences that hang in its tree; leaving out the others is the sender's part. */
  sent: readonly PublishedExam[];
}

export type PublishErrorCode = 'course-not-found' | 'unknown-provider' | 'bad-request';
export type PublishSkipReason = 'special-exams-off' | 'course-exams-off';

export type PublishPlan =
  | { kind: 'skipped'; reason: PublishSkipReason }
  | { kind: 'refused'; code: PublishErrorCode; detail: string }
  /** `providerByDefault`: what new proctored exams were given, as nothing was sent; the course's from now on. */
  | { kind: 'planned'; steps: ExamStep[]; providerByDefault: string | null };

/**
 * Compares what the platform sends with what is stored (docs/recorded-behaviour.md#publishing). The checks come in the
 * recorded order: switch, course, the course's own switches. Sent exams come first, then those that vanished.
 */
export function planPublish(context: PublishContext): PublishPlan {
  const { stored, sent } = context;
  if (!context.featureEnabled) return { kind: 'skipped', reason: 'special-exams-off' };
  if (!context.courseKnown) return refuse('course-not-found', 'The platform has no such course.');
  if (!context.enableProctoredExams && !context.enableTimedExams) {
    return { kind: 'skipped', reason: 'course-exams-off' };
  }
  const duplicate = sent.find(({ contentId }, at) => sent.findIndex((other) => other.contentId === contentId) !== at);
  if (duplicate) return refuse('bad-request', `The content ${duplicate.contentId} was sent twice.`);
  const steps = stepsOf(context);
  const misconfigured = steps.find(({ save }) => save && !context.knownProviders.has(save.provider));
  if (misconfigured) return refuse('unknown-provider', `No provider "${misconfigured.save?.provider}" is configured.`);
  const contents = new Set(sent.map(({ contentId }) => contentId));
  const vanished = stored.filter(({ isActive, contentId }) => isActive && !contents.has(contentId));
  const usesDefault =
    context.provider === null && steps.some(({ do: what, fields }) => what === 'create' && fields.isProctored);
  const providerByDefault = usesDefault ? context.defaultProvider : null;
  return { kind: 'planned', steps: [...steps, ...vanished.map(stepOfVanished)], providerByDefault };
}

function stepsOf({ stored, sent, provider, defaultProvider }: PublishContext): ExamStep[] {
  const byContent = new Map(stored.map((exam) => [exam.contentId, exam]));
  const providers = { sent: provider, byDefault: defaultProvider };
  return sent.map((exam) => stepOfSent(exam, byContent.get(exam.contentId), providers));
}

function refuse(code: PublishErrorCode, detail: string): PublishPlan {
  return { kind: 'refused', code, detail };
}

/** What a publish did, in numbers (docs/design.md#publishing). */
export interface PublishCounts {
  created: number;
  updated: number;
  deactivated: number;
  unchanged: number;
  policies: { created: number; updated: number; removed: number };
}

export function countsOf(steps: readonly ExamStep[]): PublishCounts {
  const exams = (what: ExamStep['do']): number => steps.filter((step) => step.do === what).length;
  const policies = (what: string): number => steps.filter(({ policy }) => policy?.do === what).length;
  return {
    created: exams('create'),
    updated: exams('update'),
    deactivated: exams('deactivate'),
    unchanged: exams('unchanged'),
    policies: { created: policies('create'), updated: policies('update'), removed: policies('remove') },
  };
}
