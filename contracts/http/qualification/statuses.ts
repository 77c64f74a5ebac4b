import { type Static, Type } from '@sinclair/typebox';
import { QUALIFICATION_STATUSES } from '../../../domain/qualification/statuses';
import { Instant, ListQuery, nullable, pageSchema, strictObject, text, UserId } from '../common';
import {
  AllowedActsAnswer,
  AssignmentAnswer,
  Cell,
  PeriodId,
  PluginSettingsAnswer,
  ReasonAnswer,
  Seq,
  studentNames,
  withReason,
} from './common';

export const StatusParams = strictObject({ periodId: PeriodId, seq: Seq });

const ExportMark = strictObject({
  at: Instant,
  system: nullable(Type.String()),
  note: nullable(Type.String()),
  by: Type.String(),
});

export const StatusAnswer = strictObject({
  periodId: PeriodId,
  seq: Seq,
  status: Type.Union(QUALIFICATION_STATUSES.map((status) => Type.Literal(status))),
  statusText: Type.String(),
  message: Type.String(),
  at: Instant,
  by: Type.String(),
  because: Type.String(),
  requestId: Type.String(),
  plugin: nullable(
    strictObject({
      id: Type.String(),
      version: Type.Integer(),
      title: Type.String(),
      summary: Type.String(),
      /** False: shown as it was saved, but nobody can choose it any more. */
      offered: Type.Boolean(),
    }),
  ),
  settings: nullable(PluginSettingsAnswer),
  draftId: nullable(Type.String()),
  assignments: Type.Array(AssignmentAnswer),
  counts: strictObject({ qualify: Type.Integer(), fail: Type.Integer(), undecided: Type.Integer() }),
  exported: Type.Array(ExportMark),
  isActive: Type.Boolean(),
});

export const QualificationAnswer = strictObject({
  periodId: PeriodId,
  active: nullable(StatusAnswer),
  allowed: AllowedActsAnswer,
});

export const QualificationHistoryQuery = strictObject(ListQuery);
export const QualificationHistoryAnswer = pageSchema(StatusAnswer);

export const RetractBody = withReason({
  message: Type.Optional(nullable(Type.String({ maxLength: 10_000, pattern: '^[^\\u0000]*$' }))),
  plugin: Type.Optional(nullable(text(100))),
  undecided: Type.Optional(Type.Array(UserId, { maxItems: 100_000 })),
  qualified: Type.Optional(Type.Array(UserId, { maxItems: 100_000 })),
});

export const ExportedBody = withReason({
  at: Type.Optional(Instant),
  system: Type.Optional(nullable(text(100))),
  note: Type.Optional(nullable(text(1_000))),
});

export const StatusStudentsQuery = strictObject(ListQuery);

export const StatusStudentAnswer = strictObject({
  ...studentNames,
  qualifies: nullable(Type.Boolean()),
  /** What the rule said, also of undecided students. */
  ruled: Type.Boolean(),
  reason: ReasonAnswer,
  cells: Type.Array(Cell),
});

export const StatusStudentsAnswer = pageSchema(StatusStudentAnswer);

export const PrintQuery = strictObject({ sort: Type.Optional(text(50)) });

const PrintedStudentAnswer = strictObject({
  userId: Type.String(),
  username: Type.String(),
  fullName: Type.String(),
  qualifies: nullable(Type.Boolean()),
});

export const PrintAnswer = strictObject({
  period: strictObject({ periodId: PeriodId, shortName: Type.String(), longName: Type.String() }),
  status: StatusAnswer,
  qualified: Type.Array(PrintedStudentAnswer),
  notQualified: Type.Array(PrintedStudentAnswer),
});

export const OwnQualificationAnswer = strictObject({
  items: Type.Array(
    strictObject({
      periodId: PeriodId,
      shortName: Type.String(),
      longName: Type.String(),
      /** True or false only while the active status is ready. */
      qualifies: nullable(Type.Boolean()),
      reason: nullable(ReasonAnswer),
    }),
  ),
  nextCursor: nullable(Type.String()),
});

export type StatusAnswer = Static<typeof StatusAnswer>;
export type StatusStudentAnswer = Static<typeof StatusStudentAnswer>;
export type OwnQualificationAnswer = Static<typeof OwnQualificationAnswer>;
