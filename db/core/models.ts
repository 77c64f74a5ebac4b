import { Model, snakeCaseMappers } from 'objection';
import type { Answers, Question } from '../../domain/attempts/decision';
import type { Attempt, NewAttempt } from '../../domain/attempts/model';

/** snake_case columns, camelCase fields. Fields are declared only: a real field would become a column set to undefined. */
class Row extends Model {
  static override get columnNameMappers(): ReturnType<typeof snakeCaseMappers> {
    return snakeCaseMappers();
  }
}

export class AttemptModel extends Row implements Attempt {
  static override readonly tableName = 'attempts';
  declare id: string;
  declare code: string;
  declare number: number;
  declare examId: number;
  declare courseId: string;
  declare userId: string;
  /** The learner's full name when the attempt was made. */
  declare studentName: string;
  declare status: Attempt['status'];
  declare takingAsProctored: boolean;
  declare isSampleAttempt: boolean;
  declare externalId: string | null;
  declare allowedTimeLimitMins: number | null;
  declare startedAt: Date | null;
  declare completedAt: Date | null;
  declare timeRemainingSeconds: number | null;
  declare isResumable: boolean;
  declare readyToResume: boolean;
  declare resumed: boolean;
  declare isCurrent: boolean;
  declare reviewDueAt: Date | null;
  declare version: number;
  declare createdAt: Date;
  declare modifiedAt: Date;
  /** The newest version the workflow has confirmed. */
  declare confirmedVersion: number;
  declare needsAttention: string | null;
  declare touchedAt: Date;
}

export class LearnerModel extends Row {
  static override readonly tableName = 'learners';
  static override readonly idColumn = 'user_id';
  declare userId: string;
  declare username: string;
  declare email: string;
  declare fullName: string;
  declare active: boolean;
}

export class CourseModel extends Row {
  static override readonly tableName = 'courses';
  static override readonly idColumn = 'course_id';
  declare courseId: string;
  declare name: string;
  declare endAt: Date | null;
  declare proctoringProvider: string | null;
  declare escalationEmail: string | null;
  declare clockOffsetMs: string;
  declare clockFrozenAt: Date | null;
}

export class ExamModel extends Row {
  static override readonly tableName = 'exams';
  declare id: number;
  declare courseId: string;
  declare contentId: string;
  declare examName: string;
  declare timeLimitMins: number;
  declare dueDate: Date | null;
  declare isProctored: boolean;
  declare isPracticeExam: boolean;
  declare isOnboardingExam: boolean;
  declare isActive: boolean;
  declare hideAfterDue: boolean;
  declare provider: string | null;
}

export class ReviewPolicyModel extends Row {
  static override readonly tableName = 'review_policies';
  static override readonly idColumn = 'exam_id';
  declare examId: number;
  declare policy: string;
  declare editedBy: string | null;
}

export class ReviewPolicyHistoryModel extends Row {
  static override readonly tableName = 'review_policy_history';
  declare id: string;
  declare examId: number;
  declare policy: string;
  declare editedBy: string | null;
  declare replacedAt: Date;
}

export class AllowanceModel extends Row {
  static override readonly tableName = 'allowances';
  static override readonly idColumn = ['exam_id', 'user_id', 'key'];
  declare examId: number;
  declare userId: string;
  declare key: string;
  declare value: string;
}

export class CommandModel extends Row {
  static override readonly tableName = 'commands';
  static override readonly idColumn = 'command_id';
  static override readonly jsonAttributes = ['question', 'newAttempt', 'answers', 'result'];
  declare commandId: string;
  declare type: string;
  declare examId: number;
  declare userId: string;
  declare attemptNumber: number;
  declare attemptId: string | null;
  declare state: 'asking' | 'applied';
  declare question: Question | null;
  declare newAttempt: NewAttempt | null;
  declare answers: Answers;
  declare result: unknown;
  declare at: Date;
}

export class AuditModel extends Row {
  static override readonly tableName = 'audit_log';
  static override readonly jsonAttributes = ['detail'];
  declare id: string;
  declare at: Date;
  declare actor: string;
  declare scope: string;
  declare action: string;
  declare object: string;
  declare requestId: string;
  declare detail: unknown;
}
