import { Type } from '@sinclair/typebox';
import { ExamId, ListQuery, pageSchema, GivenReason, strictObject, text, UserId } from './common';

export const AllowanceParams = strictObject({ examId: ExamId, userId: UserId, key: text(255) });

/** Empty is a value, too, for keys that are free text (timing.json, `allowance_value`). */
const AllowanceValue = Type.String({ maxLength: 1_000, pattern: '^[^\\u0000]*$' });
/** Applies to running attempts as well: their timers move. */
const applyToRunning = Type.Optional(Type.Boolean());
/** Given with `applyToRunning`: how many attempts run. */
const appliedToRunning = Type.Optional(Type.Integer());

export const AllowanceBody = strictObject({ value: AllowanceValue, applyToRunning, reason: GivenReason });

const allowance = { examId: ExamId, userId: UserId, key: Type.String(), value: Type.String() };

/** As stored: a time multiplier has become minutes. */
export const AllowanceAnswer = strictObject({ ...allowance, appliedToRunning });

export const AllowanceRemoveQuery = strictObject({ applyToRunning, reason: GivenReason });

export const AllowanceListQuery = strictObject(ListQuery);
export const AllowanceListAnswer = pageSchema(strictObject(allowance));

export const AllowanceBulkBody = strictObject({
  examIds: Type.Array(ExamId, { minItems: 1, maxItems: 100, uniqueItems: true }),
  userIds: Type.Array(UserId, { minItems: 1, maxItems: 1000, uniqueItems: true }),
  key: text(255),
  value: AllowanceValue,
  applyToRunning,
  reason: GivenReason,
});

export const AllowanceBulkAnswer = strictObject({
  stored: Type.Integer(),
  /** Exams and learners that got nothing: unknown ones, exams that are not active. */
  leftOut: Type.Array(
    strictObject({ examId: Type.Optional(ExamId), userId: Type.Optional(UserId), code: Type.String() }),
  ),
  appliedToRunning,
});
