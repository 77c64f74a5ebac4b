import type { ExistingExam, ExamSettings, ExamStep, PolicyStep, PublishedExam } from '../../domain/courses/exam-steps';
import { planPublish } from '../../domain/courses/publish-plan';
import { iso } from './instants';

/** The Studio settings of a recorded sequence; absent = default (docs/recorded-behaviour.md#files-and-families). */
export interface GoldenPublishSequence {
  display_name: string;
  minutes?: number;
  due?: string | null;
  proctored?: boolean;
  practice?: boolean;
  onboarding?: boolean;
  hide_after_due?: boolean;
  rules?: string;
  edited_by?: string;
  time_limited?: boolean;
  in_tree?: boolean;
}

export interface GoldenSave {
  do: string;
  backend: string;
  exam: string;
  is_active: boolean;
  is_proctored: boolean;
  rule_summary?: string;
}

/** The complete tables after a publish, and the saves at the provider. */
export interface PublishOutcome {
  ok: boolean;
  effects: GoldenSave[];
  exams: Record<string, Record<string, unknown>>;
  policies: Record<string, { review_policy: string; set_by: string | null }>;
  policy_history_rows: number;
}

export interface GoldenPublish extends PublishOutcome {
  course: {
    enable_proctored_exams: boolean;
    enable_timed_exams: boolean;
    proctoring_provider: string | null;
    exists?: boolean;
  };
  sequences: Record<string, GoldenPublishSequence>;
}

export interface GoldenPublishCase {
  name: string;
  family?: string;
  feature_enabled: boolean;
  prepare?: string;
  steps: GoldenPublish[];
}

/** A course's exams in memory; plans are carried out at once. Content ids are the recordings' labels. */
export class PublishSimulator {
  private exams: ExistingExam[];
  private historyRows = 0;

  constructor(private readonly featureEnabled: boolean, prepared: ExistingExam[] = []) {
    this.exams = prepared;
  }

  publish({ course, sequences }: GoldenPublish): PublishOutcome {
    const plan = planPublish({
      featureEnabled: this.featureEnabled,
      courseKnown: course.exists ?? true,
      enableProctoredExams: course.enable_proctored_exams,
      enableTimedExams: course.enable_timed_exams,
      provider: course.proctoring_provider,
      defaultProvider: 'software_secure',
      knownProviders: new Set(['software_secure', 'rest']),
      stored: this.exams,
      sent: Object.entries(sequences).flatMap(([label, one]) => sentOf(label, one)),
    });
    const steps = plan.kind === 'planned' ? plan.steps : [];
    for (const step of steps) this.apply(step);
    return { ok: plan.kind !== 'refused', effects: steps.flatMap((step) => this.saveOf(step)), ...this.tables() };
  }

  private apply({ examId, contentId, fields, policy }: ExamStep): void {
    const before = this.exams.find(({ id }) => id === examId);
    if (before?.policy && policy) this.historyRows += 1;
    const row = { id: examId ?? this.exams.length + 1, contentId, ...fields };
    const exam = { ...row, policy: policyAfter(before?.policy ?? null, policy) };
    this.exams = before ? this.exams.map((one) => (one === before ? exam : one)) : [...this.exams, exam];
  }

  private saveOf({ save, contentId, fields }: ExamStep): GoldenSave[] {
    if (!save) return [];
    const rules = save.isActive ? this.exams.find((exam) => exam.contentId === contentId)?.policy?.policy : undefined;
    const state = { is_active: save.isActive, is_proctored: fields.isProctored };
    const summary = rules === undefined ? {} : { rule_summary: rules };
    return [{ do: 'backend.exam_saved', backend: save.provider, exam: contentId, ...state, ...summary }];
  }

  private tables(): Pick<PublishOutcome, 'exams' | 'policies' | 'policy_history_rows'> {
    const policies = this.exams.flatMap(({ contentId, policy }) =>
      policy ? [[contentId, { review_policy: policy.policy, set_by: policy.editedBy }] as const] : [],
    );
    return {
      exams: Object.fromEntries(this.exams.map((exam) => [exam.contentId, examRow(exam)])),
      policies: Object.fromEntries(policies),
      policy_history_rows: this.historyRows,
    };
  }
}

function policyAfter(before: ExistingExam['policy'], step: PolicyStep): ExistingExam['policy'] {
  if (step === null) return before;
  return step.do === 'remove' ? null : { policy: step.policy, editedBy: step.editedBy };
}

/** The sender's part: only time-limited sequences that hang in the tree are sent. */
export function sentOf(contentId: string, one: GoldenPublishSequence): PublishedExam[] {
  if (one.time_limited === false || one.in_tree === false) return [];
  return [
    {
      contentId,
      examName: one.display_name,
      timeLimitMins: one.minutes ?? 60,
      dueDate: one.due == null ? null : new Date(one.due),
      isProctored: one.proctored ?? false,
      isPracticeExam: one.practice ?? false,
      isOnboardingExam: one.onboarding ?? false,
      hideAfterDue: one.hide_after_due ?? false,
      reviewRules: one.rules ?? '',
      editedBy: one.edited_by ?? 'staff',
    },
  ];
}

function examRow(exam: ExamSettings): Record<string, unknown> {
  return {
    exam_name: exam.examName,
    time_limit_mins: exam.timeLimitMins,
    due_date: iso(exam.dueDate),
    is_proctored: exam.isProctored,
    is_practice_exam: exam.isPracticeExam,
    is_active: exam.isActive,
    hide_after_due: exam.hideAfterDue,
    backend: exam.provider,
  };
}
