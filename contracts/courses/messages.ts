import { defineUpdate } from '@temporalio/workflow';
import type { PublishCounts, PublishRefusal, SkipReason } from '../../domain/courses/publish-plan';
import type { AttemptTimings } from '../attempts/messages';

export const COURSE_PUBLISH_WORKFLOW = 'coursePublish';

/** `course-publish:{courseId}`, the id URI-encoded. */
export function coursePublishWorkflowId(courseId: string): string {
  return `course-publish:${encodeURIComponent(courseId)}`;
}

export interface CoursePublishInput {
  courseId: string;
  /** Idle, question and effect times are those of an attempt. */
  timings: AttemptTimings;
}

/** An exam on its way from platform to plan: as in HTTP, with every member given. Instants are ISO 8601. */
export interface ExamSent {
  contentId: string;
  examName: string;
  timeLimitMins: number;
  dueDate: string | null;
  isProctored: boolean;
  isPracticeExam: boolean;
  isOnboardingExam: boolean;
  hideAfterDue: boolean;
  reviewRules: string | null;
  /** An id, as the platform knows its staff. */
  editedBy: string | null;
}

export interface PublishInput {
  commandId: string;
  /** The installation's switch for special exams. */
  featureEnabled: boolean;
  enableProctoredExams: boolean;
  enableTimedExams: boolean;
  proctoringProvider: string | null;
  exams: ExamSent[];
}

/** What a publish did. `skipped` says why nothing happened; absent when something may have. */
export interface PublishAnswer extends PublishCounts {
  courseId: string;
  skipped?: SkipReason;
}

/** The wire: names are contracts and never renamed. The signal `wake` is that of an attempt. */
export const publishUpdate = defineUpdate<PublishAnswer, [PublishInput]>('publish');

export interface ApplyPublishInput extends PublishInput {
  courseId: string;
  courseKnown: boolean;
  /** Workflow time, epoch milliseconds. */
  nowMs: number;
}

export type ApplyPublishResult =
  | { kind: 'applied'; answer: PublishAnswer; changedExamIds: number[] }
  | { kind: 'refused'; code: PublishRefusal; detail: string };

/** A save of an exam at its provider. */
export interface SaveRef {
  examId: number;
  commandId: string;
}

/** The activities of a publish; the first three are local. */
export interface PublishActivities {
  /** Plan and writing in one transaction; called again with the same command it gives the first result. */
  applyPublish(input: ApplyPublishInput): Promise<ApplyPublishResult>;
  /** What a woken workflow finds still to be done. */
  loadSaves(input: { courseId: string }): Promise<{ due: SaveRef[]; failed: number }>;
  giveUpSave(input: SaveRef): Promise<void>;
  /** Does the platform have this course? True when there is no courses service to ask. */
  askCourse(input: { courseId: string; commandId: string }): Promise<boolean>;
  saveExam(input: SaveRef): Promise<'done' | 'skipped' | 'failed' | 'over'>;
  /** Tells the running attempts of these exams to look at their rows again. */
  tellAttempts(input: { examIds: number[] }): Promise<void>;
}
