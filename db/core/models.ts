import { Model, snakeCaseMappers } from 'objection';

/** snake_case columns, camelCase fields. Fields are declared only: a real field would become a column set to undefined. */
export class TableModel extends Model {
  static override get columnNameMappers(): ReturnType<typeof snakeCaseMappers> {
    return snakeCaseMappers();
  }
}

export class LearnerModel extends TableModel {
  static override readonly tableName = 'learners';
  static override readonly idColumn = 'user_id';
  declare userId: string;
  declare username: string;
  declare email: string;
  declare fullName: string;
  declare active: boolean;
  declare language: string | null;
}

export class CourseModel extends TableModel {
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

export class ExamModel extends TableModel {
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
  declare requiresQualification: object | null;
  declare provider: string | null;
}

export class ReviewPolicyModel extends TableModel {
  static override readonly tableName = 'review_policies';
  static override readonly idColumn = 'exam_id';
  declare examId: number;
  declare policy: string;
  declare editedBy: string | null;
}

export class ReviewPolicyHistoryModel extends TableModel {
  static override readonly tableName = 'review_policy_history';
  declare id: string;
  declare examId: number;
  declare policy: string;
  declare editedBy: string | null;
  declare replacedAt: Date;
}

export class AllowanceModel extends TableModel {
  static override readonly tableName = 'allowances';
  static override readonly idColumn = ['exam_id', 'user_id', 'key'];
  declare examId: number;
  declare userId: string;
  declare key: string;
  declare value: string;
}

export class CustomerModel extends TableModel {
  static override readonly tableName = 'customers';
  declare id: string;
  declare name: string;
  declare slug: string;
  declare enableAuditEnrollment: boolean;
  declare enableAuditDataReporting: boolean;
  declare identityProvider: string | null;
}
