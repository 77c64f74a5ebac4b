import { type TProperties, Type } from '@sinclair/typebox';
import { CELL_STATES } from '../../../domain/qualification/cells';
import { LANGUAGES } from '../../../domain/qualification/text';
import { nullable, strictObject, text, UserId } from '../common';

/** Ids and grades: no control characters, which have a meaning where results are packed. */
export const plainText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f]*$' });

export const NodeId = plainText(255);
export const PeriodId = plainText(255);
export const AssignmentId = plainText(255);
export const GroupId = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Points = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
export const Seq = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });

export const PeriodParams = strictObject({ periodId: PeriodId });

export const LanguageSchema = Type.Union(LANGUAGES.map((language) => Type.Literal(language)));

/** Of somebody who may be unknown by now: null = name missing. */
export const studentNames = { userId: UserId, username: nullable(Type.String()), fullName: nullable(Type.String()) };

const CellState = Type.Union(CELL_STATES.map((state) => Type.Literal(state)));

export const Cell = strictObject({
  assignmentId: Type.String(),
  state: CellState,
  points: nullable(Type.Integer()),
  groupId: nullable(Type.Integer()),
});

export const ReasonAnswer = strictObject({
  code: Type.String(),
  /** What belongs into the sentence; assignments go by their ids. */
  params: Type.Record(Type.String(), Type.Unknown()),
  /** In the reader's language. */
  text: Type.String(),
});

export const AssignmentAnswer = strictObject({
  assignmentId: Type.String(),
  shortName: Type.String(),
  longName: Type.String(),
});

export const PluginSettingsAnswer = Type.Record(Type.String(), Type.Unknown());

/** Why something can't be done now, or that it can. */
const Allowed = Type.Union([
  strictObject({ allowed: Type.Literal(true) }),
  strictObject({ allowed: Type.Literal(false), reason: Type.String(), text: Type.String() }),
]);

export const AllowedActsAnswer = strictObject({ preview: Allowed, save: Allowed, retract: Allowed, export: Allowed });

const ResultChange = strictObject({
  assignmentId: Type.String(),
  before: nullable(Type.Omit(Cell, ['assignmentId'])),
  after: nullable(Type.Omit(Cell, ['assignmentId'])),
});

/** One student about whom two lists differ. */
export const StudentDifferenceAnswer = strictObject({
  userId: Type.String(),
  change: Type.Union(['came', 'gone', 'answer', 'results'].map((change) => Type.Literal(change))),
  before: nullable(Type.Boolean()),
  after: nullable(Type.Boolean()),
  assignments: Type.Array(ResultChange),
});

/** Every write of a person may say why. */
export const withReason = <T extends TProperties>(properties: T) =>
  strictObject({ ...properties, reason: Type.Optional(text(4_000)) });
