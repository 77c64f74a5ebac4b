import type { Exam } from '../attempts/model';

/** What a publish decides about an exam. `provider` null = the course's. */
export type ExamSettings = Omit<Exam, 'id' | 'courseId' | 'contentId' | 'effectiveProvider' | 'policy' | 'version'>;

/** A stored exam as far as a publish looks at it. */
export type ExistingExam = ExamSettings & Pick<Exam, 'id' | 'contentId' | 'policy'>;

/** A time-limited sequence of the course as the platform sends it; stored ones not sent vanished. */
export type PublishedExam = SequenceSettings &
  Pick<Exam, 'contentId'> & { reviewRules: string | null; editedBy: string | null };

type SequenceSettings = Omit<ExamSettings, 'isActive' | 'provider'>;

export type PolicyStep = { do: 'create' | 'update'; policy: string; editedBy: string | null } | { do: 'remove' } | null;

/** What the provider is sent of an exam, once per publish, with its final state (docs/decided-differences.md#p6). */
export interface ProviderSave {
  provider: string;
  /** False when the provider has nothing to do with it any more: it was switched off, became a timed exam or vanished. */
  isActive: boolean;
}

/** All that one publish means for one exam. */
export interface ExamStep {
  do: 'create' | 'update' | 'unchanged' | 'deactivate';
  contentId: string;
  /** Null for an exam yet to be created. */
  examId: number | null;
  fields: ExamSettings;
  policy: PolicyStep;
  save: ProviderSave | null;
}

/** The step of a sent exam. A provider not sent keeps the exam's own; a new exam takes the default. */
export function stepOfSent(sent: PublishedExam, stored: ExistingExam | undefined, providers: Providers): ExamStep {
  const fields: ExamSettings = {
    ...settingsOf(sent),
    isPracticeExam: sent.isPracticeExam || sent.isOnboardingExam,
    isActive: true,
    provider: providers.sent ?? stored?.provider ?? providers.byDefault,
  };
  return {
    do: stored ? changeOf(stored, fields) : 'create',
    contentId: sent.contentId,
    examId: stored?.id ?? null,
    fields,
    policy: policyStep(sent, stored),
    save: saveOf(fields, stored),
  };
}

export interface Providers {
  /** The course's, as sent with this publish. */
  sent: string | null;
  byDefault: string | null;
}

/** A vanished exam is deactivated and no longer proctored, never deleted; its policy stays in case it comes back. */
export function stepOfVanished(stored: ExistingExam): ExamStep {
  const { id: examId, contentId, provider } = stored;
  const deactivated = { ...settingsOf(stored), provider, isProctored: false, isActive: false };
  return { do: 'deactivate', contentId, examId, fields: deactivated, policy: null, save: saveOf(deactivated, stored) };
}

/**
 * Saving a proctored exam notifies the provider, changed or not; other exams only when they are no longer proctored
 * (course_publish.json; traces_dev.json, `change_exam`).
 */
export function saveOf(
  { isProctored, isActive, provider }: Pick<ExamSettings, 'isProctored' | 'isActive' | 'provider'>,
  stored: Pick<ExamSettings, 'isProctored'> | undefined,
): ProviderSave | null {
  if (provider === null) return null;
  if (isProctored) return { provider, isActive };
  return stored?.isProctored ? { provider, isActive: false } : null;
}

/**
 * Only real proctored exams have a policy, and an empty one is not saved
 * (docs/recorded-behaviour.md#publishing-policies). One that is sent again unchanged is still an update: its former
 * version goes to the history each time, as recorded.
 */
function policyStep(sent: PublishedExam, stored: ExistingExam | undefined): PolicyStep {
  const mayHavePolicy = sent.isProctored && !sent.isPracticeExam && !sent.isOnboardingExam;
  if (!mayHavePolicy || !sent.reviewRules) return stored?.policy ? { do: 'remove' } : null;
  return { do: stored?.policy ? 'update' : 'create', policy: sent.reviewRules, editedBy: sent.editedBy };
}

/** Only these members, whatever else a message carries. */
function settingsOf(exam: SequenceSettings): SequenceSettings {
  const { examName, timeLimitMins, dueDate, isProctored, isPracticeExam, isOnboardingExam, hideAfterDue } = exam;
  const { requiresQualification } = exam;
  // Not sent = as it was.
  const gate = requiresQualification === undefined ? {} : { requiresQualification };
  return { examName, timeLimitMins, dueDate, isProctored, isPracticeExam, isOnboardingExam, hideAfterDue, ...gate };
}

function changeOf(stored: ExistingExam, fields: ExamSettings): 'update' | 'unchanged' {
  const same = (Object.keys(fields) as (keyof ExamSettings)[]).every(
    (name) => toComparable(stored[name]) === toComparable(fields[name]),
  );
  return same ? 'unchanged' : 'update';
}

function toComparable(value: ExamSettings[keyof ExamSettings]): string | number | boolean | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'object' ? JSON.stringify(value, ['periodId', 'accept']) : (value ?? null);
}
