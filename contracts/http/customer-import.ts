import { type Static, Type } from '@sinclair/typebox';
import { strictObject, CourseId, Instant, MailAddress, nullable, text, UserId } from './common';
import { ChannelId, Level } from './customers';

const PositiveId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** The lines of a customer's import, by kind. What is left out has the value given here or is null. */
export const IMPORT_LINES = {
  learner: strictObject({
    kind: Type.Literal('learner'),
    userId: UserId,
    /** Absent: as the table of learners has it. */
    username: Type.Optional(nullable(text(150))),
    email: Type.Optional(nullable(MailAddress)),
    /** True unless given. */
    active: Type.Optional(Type.Boolean()),
    linked: Type.Optional(Type.Boolean()),
    userExists: Type.Optional(Type.Boolean()),
    /** What the customer's single sign-on knows the learner by. */
    remoteId: Type.Optional(nullable(text(255))),
  }),
  enrollment: strictObject({
    kind: Type.Literal('enrollment'),
    enrollmentId: PositiveId,
    userId: UserId,
    courseRunId: CourseId,
    courseKey: Type.Optional(nullable(CourseId)),
    /** Null: the platform knows no enrollment. */
    mode: Type.Optional(nullable(text(100))),
    isActive: Type.Optional(Type.Boolean()),
  }),
  consent: strictObject({
    kind: Type.Literal('consent'),
    userId: UserId,
    /** A course run or a course key. */
    courseId: CourseId,
    granted: Type.Boolean(),
  }),
  clickThrough: strictObject({
    kind: Type.Literal('clickThrough'),
    userId: UserId,
    courseKey: CourseId,
    userGuid: text(255),
    /** Kept sealed, never answered. */
    sessionToken: text(2_048),
    callbackUrl: text(2_048),
    subdomain: text(255),
  }),
  audit: strictObject({
    kind: Type.Literal('audit'),
    /** The row's id in the system it comes from: ids say which transmission was the last. */
    auditId: PositiveId,
    channelId: ChannelId,
    enrollmentId: PositiveId,
    /** `completion` unless given. */
    level: Type.Optional(Level),
    courseId: CourseId,
    subsectionId: Type.Optional(nullable(text(255))),
    /** May be empty, as the tables it comes from allow. */
    grade: Type.Optional(nullable(Type.String({ maxLength: 255, pattern: '^[^\\u0000]*$' }))),
    percent: Type.Optional(nullable(Type.Number())),
    courseCompleted: Type.Optional(nullable(Type.Boolean())),
    completedAt: Type.Optional(nullable(Instant)),
    statusCode: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 999 }))),
    errorMessage: Type.Optional(Type.String({ maxLength: 2_000, pattern: '^[^\\u0000]*$' })),
    isTransmitted: Type.Boolean(),
    createdAt: Type.Optional(nullable(Instant)),
  }),
};

export type ImportKind = keyof typeof IMPORT_LINES;

export type ImportLine<K extends ImportKind = ImportKind> = { [L in K]: Static<(typeof IMPORT_LINES)[L]> }[K];

/** A line as it is stored; its kind says where. */
export type ImportRow<K extends ImportKind> = Omit<ImportLine<K>, 'kind'>;

const count = Type.Integer({ minimum: 0 });

export const CustomerImportAnswer = strictObject({
  accepted: count,
  rejected: count,
  /** Of the accepted ones. */
  kinds: strictObject({ learner: count, enrollment: count, consent: count, clickThrough: count, audit: count }),
  /** The first thousand faulty lines; the others are only counted. */
  errors: Type.Array(strictObject({ line: Type.Integer(), detail: Type.String() })),
});

export type CustomerImportAnswer = Static<typeof CustomerImportAnswer>;
