import { type Static, Type } from '@sinclair/typebox';
import {
  strictObject,
  CourseId,
  ExamId,
  Instant,
  ListQuery,
  MailAddress,
  nullable,
  pageSchema,
  GivenReason,
  text,
} from './common';

export const CourseParams = strictObject({ courseId: CourseId });
export const ExamParams = strictObject({ examId: ExamId });

export const CourseBody = strictObject({
  name: text(255),
  end: Type.Optional(nullable(Instant)),
  proctoringProvider: Type.Optional(nullable(text(100))),
  escalationEmail: Type.Optional(nullable(MailAddress)),
  reason: GivenReason,
});

export const CourseAnswer = strictObject({
  courseId: CourseId,
  name: Type.String(),
  end: nullable(Instant),
  proctoringProvider: nullable(Type.String()),
  escalationEmail: nullable(Type.String()),
});

const examFields = {
  contentId: text(255),
  examName: text(4_000),
  timeLimitMins: Type.Integer({ minimum: 0, maximum: 525_600 }),
  dueDate: nullable(Instant),
  isProctored: Type.Boolean(),
  isPracticeExam: Type.Boolean(),
  isOnboardingExam: Type.Boolean(),
  isActive: Type.Boolean(),
  hideAfterDue: Type.Boolean(),
  /** Null: the course's provider. */
  proctoringProvider: nullable(text(100)),
  reviewRules: nullable(Type.String({ maxLength: 20_000, pattern: '^[^\\u0000]*$' })),
  /** Only for those who qualified in a period; null = for everybody. */
  requiresQualification: nullable(
    strictObject({
      periodId: text(255),
      accept: Type.Array(Type.Union([Type.Literal('ready'), Type.Literal('almostready')]), {
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
      }),
    }),
  ),
};

const { contentId, examName, timeLimitMins, ...optionalExamFields } = examFields;
const optional = Type.Partial(Type.Object(optionalExamFields)).properties;
const editedBy = Type.Optional(text(255));

export const ExamBody = strictObject({
  courseId: CourseId,
  contentId,
  examName,
  timeLimitMins,
  ...optional,
  editedBy,
  reason: GivenReason,
});

/** An exam keeps its course and its content for life. */
export const ExamPatch = strictObject({
  ...Type.Partial(Type.Object({ examName, timeLimitMins })).properties,
  ...optional,
  editedBy,
  reason: GivenReason,
});

export const ExamAnswer = strictObject({
  examId: ExamId,
  courseId: CourseId,
  ...examFields,
  /** The provider that counts: the exam's, else the course's; null when the exam is not proctored. */
  provider: nullable(Type.String()),
  editedBy: nullable(Type.String()),
});

/** One time-limited sequence of a published course; what is not given is off or empty. */
const PublishedExam = strictObject({
  contentId,
  examName,
  timeLimitMins,
  ...Type.Partial(
    Type.Pick(Type.Object(optionalExamFields), [
      ...([
        'dueDate',
        'isProctored',
        'isPracticeExam',
        'isOnboardingExam',
        'hideAfterDue',
        'reviewRules',
        'requiresQualification',
      ] as const),
    ]),
  ).properties,
  editedBy: Type.Optional(nullable(text(255))),
});

export const PublishBody = strictObject({
  enableProctoredExams: Type.Boolean(),
  enableTimedExams: Type.Boolean(),
  /** The course's provider; null or absent: exams keep theirs, new ones take the default. */
  proctoringProvider: Type.Optional(nullable(text(100))),
  exams: Type.Array(PublishedExam, { maxItems: 1_000 }),
  reason: GivenReason,
});

export const PublishAnswer = strictObject({
  courseId: CourseId,
  created: Type.Integer(),
  updated: Type.Integer(),
  deactivated: Type.Integer(),
  unchanged: Type.Integer(),
  policies: strictObject({ created: Type.Integer(), updated: Type.Integer(), removed: Type.Integer() }),
  /** Why nothing happened: the switch of the installation or those of the course. */
  skipped: Type.Optional(Type.Union([Type.Literal('special-exams-off'), Type.Literal('course-exams-off')])),
});

export const ExamListQuery = strictObject({ ...ListQuery, active: Type.Optional(Type.Boolean()) });
export const ExamListAnswer = pageSchema(ExamAnswer);

export type CourseAnswer = Static<typeof CourseAnswer>;
export type ExamBody = Static<typeof ExamBody>;
export type ExamPatch = Static<typeof ExamPatch>;
export type ExamAnswer = Static<typeof ExamAnswer>;
export type PublishBody = Static<typeof PublishBody>;
export type CourseBody = Static<typeof CourseBody>;
