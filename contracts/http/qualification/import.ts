import { type Static, Type } from '@sinclair/typebox';
import { Instant, nullable, strictObject, text, UserId } from '../common';
import { AssignmentId, GroupId, plainText, Points } from './common';

export const PeriodImportQuery = strictObject({
  /** What a complete file doesn't name goes, of the kinds it holds. */
  replace: Type.Optional(Type.Boolean()),
});

const Feedback = strictObject({
  feedbackId: plainText(255),
  points: Points,
  grade: Type.String({ maxLength: 255, pattern: '^[^\\u0000-\\u001f]*$' }),
  isPassing: Type.Boolean(),
  savedAt: Instant,
});

const Deadline = strictObject({ deadlineAt: Instant, feedback: Type.Array(Feedback, { maxItems: 1_000 }) });

const kind = <K extends string>(name: K) => ({ kind: Type.Literal(name) });
const gone = { deleted: Type.Literal(true) };

/** The lines of a period's import by kind; each kind also as the tombstone that takes a row away. */
export const PERIOD_IMPORT_LINES = {
  assignment: strictObject({
    ...kind('assignment'),
    assignmentId: AssignmentId,
    shortName: text(100),
    longName: text(255),
    publishedAt: Instant,
    maxPoints: Points,
    passingPoints: Points,
    mapper: Type.Optional(nullable(text(100))),
  }),
  student: strictObject({
    ...kind('student'),
    userId: UserId,
    related: Type.Optional(Type.Boolean()),
    candidateId: Type.Optional(nullable(text(255))),
    tags: Type.Optional(Type.Array(text(255), { maxItems: 100 })),
    username: Type.Optional(text(150)),
    email: Type.Optional(text(254)),
    fullName: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^\\u0000]*$' })),
  }),
  group: strictObject({
    ...kind('group'),
    groupId: GroupId,
    assignmentId: AssignmentId,
    members: Type.Array(UserId, { maxItems: 1_000 }),
    /** True after any new deadline: only a closed group's feedback counts. */
    isOpen: Type.Boolean(),
    deadlines: Type.Array(Deadline, { maxItems: 1_000 }),
  }),
  feedback: strictObject({
    ...kind('feedback'),
    groupId: GroupId,
    /** Which of the group's deadlines, from 0. */
    deadline: Type.Integer({ minimum: 0, maximum: 999 }),
    ...Feedback.properties,
  }),
  administrator: strictObject({
    ...kind('administrator'),
    subject: plainText(255),
    issuer: Type.Optional(plainText(500)),
  }),
};

export const PERIOD_TOMBSTONES = {
  assignment: strictObject({ ...kind('assignment'), assignmentId: AssignmentId, ...gone }),
  student: strictObject({ ...kind('student'), userId: UserId, ...gone }),
  group: strictObject({ ...kind('group'), groupId: GroupId, ...gone }),
  administrator: strictObject({
    ...kind('administrator'),
    subject: plainText(255),
    issuer: Type.Optional(plainText(500)),
    ...gone,
  }),
};

export type PeriodImportKind = keyof typeof PERIOD_IMPORT_LINES;
export type PeriodImportLine = { [K in PeriodImportKind]: Static<(typeof PERIOD_IMPORT_LINES)[K]> }[PeriodImportKind];
export type PeriodTombstone = {
  [K in keyof typeof PERIOD_TOMBSTONES]: Static<(typeof PERIOD_TOMBSTONES)[K]>;
}[keyof typeof PERIOD_TOMBSTONES];

export const PeriodImportAnswer = strictObject({
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  kinds: strictObject(
    Object.fromEntries(Object.keys(PERIOD_IMPORT_LINES).map((name) => [name, Type.Integer()])) as Record<
      PeriodImportKind,
      ReturnType<typeof Type.Integer>
    >,
  ),
  /** Rows the file didn't name, with `replace=true`; null where nothing was taken away because a line was refused. */
  removed: nullable(Type.Integer()),
  /** The first thousand faulty lines; the others are only counted. */
  errors: Type.Array(strictObject({ line: Type.Integer(), detail: Type.String() })),
});

export type PeriodImportAnswer = Static<typeof PeriodImportAnswer>;
