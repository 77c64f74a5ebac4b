import { Type } from '@sinclair/typebox';
import { nullable, strictObject } from '../common';
import { AssignmentAnswer, GroupId, Seq, StudentDifferenceAnswer, studentNames } from './common';

const GroupAnswer = strictObject({
  groupId: GroupId,
  state: Type.String(),
  stateText: Type.String(),
  points: nullable(Type.Integer()),
  passing: nullable(Type.Boolean()),
  grade: nullable(Type.String()),
});

export const ResultsAnswer = strictObject({
  assignments: Type.Array(AssignmentAnswer),
  /** Members of groups who are no students of the period; nobody decides about them. */
  candidates: strictObject({ withFeedback: Type.Array(Type.String()), withoutFeedback: Type.Array(Type.String()) }),
  items: Type.Array(
    strictObject({
      ...studentNames,
      results: Type.Array(
        strictObject({ assignmentId: Type.String(), groups: Type.Array(GroupAnswer), best: nullable(GroupAnswer) }),
      ),
    }),
  ),
  nextCursor: nullable(Type.String()),
});

export const ChangesAnswer = strictObject({
  /** What is compared: the active status with today's results under the same rule. */
  seq: nullable(Seq),
  dataVersion: Type.Integer(),
  /** Students with another answer, come or gone. */
  total: Type.Integer(),
  items: Type.Array(StudentDifferenceAnswer),
  nextCursor: nullable(Type.String()),
});
