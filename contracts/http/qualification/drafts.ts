import { type Static, Type } from '@sinclair/typebox';
import { DRAFT_STATES } from '../../../domain/qualification/drafts';
import { Instant, ListQuery, nullable, pageSchema, strictObject, text, UserId } from '../common';
import {
  AllowedActsAnswer,
  AssignmentAnswer,
  Cell,
  PeriodId,
  plainText,
  PluginSettingsAnswer,
  ReasonAnswer,
  StudentDifferenceAnswer,
  studentNames,
  withReason,
} from './common';

export const DraftParams = strictObject({ periodId: PeriodId, draftId: plainText(64) });

/** Settings are checked against the plugin, which says what is wrong with each. */
const choice = {
  /** Null: decided by hand, with `settings: {students}`. Left out: nothing is chosen yet. */
  plugin: Type.Optional(nullable(text(100))),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
};

export const DraftBody = withReason(choice);
export const WhatIfBody = strictObject(choice);

const SaveText = Type.String({ maxLength: 10_000, pattern: '^[^\\u0000]*$' });
const Students = Type.Array(UserId, { maxItems: 100_000 });

export const SaveBody = withReason({
  status: text(50),
  message: Type.Optional(nullable(SaveText)),
  undecided: Type.Optional(Students),
  qualified: Type.Optional(Students),
  acceptNewerStatus: Type.Optional(Type.Boolean()),
});

export const DiscardBody = nullable(withReason({}));

const Counts = strictObject({ students: Type.Integer(), qualify: Type.Integer() });

export const DraftAnswer = strictObject({
  draftId: Type.String(),
  periodId: PeriodId,
  state: Type.Union(DRAFT_STATES.map((state) => Type.Literal(state))),
  version: Type.Integer(),
  plugin: nullable(strictObject({ id: Type.String(), version: Type.Integer(), title: Type.String() })),
  settings: nullable(PluginSettingsAnswer),
  /** The settings in one sentence. */
  summary: nullable(Type.String()),
  createdBy: Type.String(),
  createdAt: Instant,
  changedBy: Type.String(),
  changedAt: Instant,
  expiresAt: nullable(Instant),
  /** The newest status when the preview was made. */
  basedOn: nullable(Type.Integer()),
  counts: nullable(Counts),
  /** Against that status: students come, gone, and with another answer. */
  changed: nullable(strictObject({ came: Type.Integer(), gone: Type.Integer(), answer: Type.Integer() })),
  warnings: Type.Array(strictObject({ code: Type.String(), text: Type.String() })),
  assignments: Type.Array(AssignmentAnswer),
  hash: nullable(Type.String()),
  failure: nullable(Type.String()),
  /** The status it was saved as. */
  savedAs: nullable(Type.Integer()),
  allowed: AllowedActsAnswer,
  workflowId: Type.String(),
  temporalUrl: Type.String(),
});

export const DraftListQuery = strictObject(ListQuery);
export const DraftListAnswer = pageSchema(Type.Omit(DraftAnswer, ['allowed']));

export const DraftStudentsQuery = strictObject({
  ...ListQuery,
  /** Part of a name, user name or id. */
  q: Type.Optional(text(255)),
  qualifies: Type.Optional(Type.Boolean()),
  /** Another answer than in the status the draft is based on, or not in it. */
  changed: Type.Optional(Type.Boolean()),
  sort: Type.Optional(
    Type.Union(
      ['userId', 'name', 'username', 'lastname'].map((sort) => Type.Literal(sort)),
      { default: 'userId' },
    ),
  ),
});

export const DecidedStudentAnswer = strictObject({
  ...studentNames,
  qualifies: Type.Boolean(),
  /** The answer of the status the draft is based on; null where the student isn't in it. */
  before: nullable(Type.Boolean()),
  reason: ReasonAnswer,
  cells: Type.Array(Cell),
});

export const DraftStudentsAnswer = pageSchema(DecidedStudentAnswer);

export const GridAnswer = strictObject({
  assignments: Type.Array(AssignmentAnswer),
  /** By number: what the states of cells mean. */
  states: Type.Array(Type.String()),
  students: Type.Array(
    strictObject({
      ...studentNames,
      qualifies: Type.Boolean(),
      states: Type.Array(Type.Integer()),
      points: Type.Array(nullable(Type.Integer())),
    }),
  ),
});

export const DifferencesAnswer = pageSchema(StudentDifferenceAnswer);

export const WhatIfAnswer = strictObject({
  settings: PluginSettingsAnswer,
  summary: Type.String(),
  counts: Counts,
  warnings: Type.Array(strictObject({ code: Type.String(), text: Type.String() })),
  /** Against what is saved; null where nothing is. */
  differences: nullable(strictObject({ total: Type.Integer(), first: Type.Array(StudentDifferenceAnswer) })),
});

export type SaveBody = Static<typeof SaveBody>;
export type DraftBody = Static<typeof DraftBody>;
export type DraftAnswer = Static<typeof DraftAnswer>;
export type DraftStudentsQuery = Static<typeof DraftStudentsQuery>;
export type DecidedStudentAnswer = Static<typeof DecidedStudentAnswer>;
