import { defineUpdate } from '@temporalio/workflow';
import type { PublishedExam } from '../../domain/courses/exam-steps';
import type { PublishCounts, PublishErrorCode, PublishSkipReason } from '../../domain/courses/publish-plan';
import type { AttemptTimings } from '../attempts/messages';
import type { InJson } from '../in-json';

export const COURSE_PUBLISH_WORKFLOW = 'coursePublish';

/** `course-publish:{courseId}`, the id URI-encoded. */
export function coursePublishWorkflowId(courseId: string): string {
  return `course-publish:${encodeURIComponent(courseId)}`;
}

export interface CoursePublishInput {
  courseId: string;
  /** Idle, question and effect times are those of an attempt. */
  timings: AttemptTimings;
  /** As an attempt's. */
  isShielded?: boolean;
}

export interface PublishInput {
  commandId: string;
  /** The installation's switch for special exams. */
  featureEnabled: boolean;
  enableProctoredExams: boolean;
  enableTimedExams: boolean;
  proctoringProvider: string | null;
  /** With every member given; `editedBy` is an id, as the platform knows its staff. */
  exams: InJson<PublishedExam>[];
}

/** The result of a publish. `skipped`: why nothing was done; absent otherwise. */
export interface PublishResult extends PublishCounts {
  courseId: string;
  skipped?: PublishSkipReason;
}

/** The wire: names are contracts and never renamed. The signal `wake` is that of an attempt. */
export const publishUpdate = defineUpdate<PublishResult, [PublishInput]>('publish');

export interface ApplyPublishInput extends PublishInput {
  courseId: string;
  courseKnown: boolean;
  /** Workflow time, epoch milliseconds. */
  nowMs: number;
}

export type ApplyPublishResult =
  | { kind: 'applied'; answer: PublishResult; changedExamIds: number[] }
  | { kind: 'refused'; code: PublishErrorCode; detail: string };

/** A save of an exam at its provider. */
export interface SaveRef {
  examId: number;
  commandId: string;
}

/** The saves a course has left. */
export interface OpenSaves {
  due: SaveRef[];
  failed: number;
  /** Of the first failed ones, which and why: words for operators. */
  reasons?: string[];
}

/** The activities of a publish; the first three are local. */
export interface PublishActivities {
  /** Plan and writing in one transaction; called again with the same command it gives the first result. */
  applyPublish(input: ApplyPublishInput): Promise<ApplyPublishResult>;
  /** The saves a woken workflow still has to do. */
  loadSaves(input: { courseId: string }): Promise<OpenSaves>;
  giveUpSave(input: SaveRef): Promise<void>;
  /** Does the platform have this course? True when no courses service is configured. */
  askCourse(input: { courseId: string; commandId: string }): Promise<boolean>;
  /** @throws ApplicationFailure when the provider refuses it; in older histories such a save ended as `failed`. */
  saveExam(input: SaveRef): Promise<'done' | 'skipped' | 'failed' | 'over'>;
  /** Makes the running attempts of these exams reload their rows. */
  tellAttempts(input: { examIds: number[] }): Promise<void>;
}
