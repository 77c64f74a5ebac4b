import { type Static, Type } from '@sinclair/typebox';
import { ATTEMPT_ACTIONS } from '../../domain/attempts/commands';
import { ATTEMPT_PHASES, ATTEMPT_STATUSES } from '../../domain/attempts/statuses';
import {
  AttemptCode,
  strictObject,
  CourseId,
  ExamId,
  Instant,
  ListQuery,
  nullable,
  pageSchema,
  GivenReason,
  text,
  UserId,
} from './common';

const Status = Type.Unsafe<(typeof ATTEMPT_STATUSES)[number]>({ type: 'string', enum: [...ATTEMPT_STATUSES] });
const Phase = Type.Unsafe<(typeof ATTEMPT_PHASES)[number]>({ type: 'string', enum: [...ATTEMPT_PHASES] });
const Action = Type.Unsafe<(typeof ATTEMPT_ACTIONS)[number]>({ type: 'string', enum: [...ATTEMPT_ACTIONS] });

export const AttemptParams = strictObject({ attemptCode: AttemptCode });
export const ExamLearnerParams = strictObject({ examId: ExamId, userId: UserId });
export const EffectParams = strictObject({ attemptCode: AttemptCode, effectId: text(255) });

export const CreateAttemptBody = strictObject({
  userId: UserId,
  takingAsProctored: Type.Boolean(),
  start: Type.Optional(Type.Boolean()),
  reason: GivenReason,
});

/** Not an enumeration: an unknown status has an error code of its own. */
const AnyStatus = text(100);

export const ChangeStatusBody = strictObject({
  status: AnyStatus,
  requestedBy: Type.Optional(text(255)),
  cascade: Type.Optional(Type.Boolean()),
  timeoutAt: Type.Optional(Instant),
  reason: GivenReason,
});

export const ChangeCurrentBody = strictObject({
  ...ChangeStatusBody.properties,
  ifMissing: Type.Optional(Type.Unsafe<'error' | 'ignore'>({ type: 'string', enum: ['error', 'ignore'] })),
});

export const ActionBody = strictObject({ action: Action, reason: GivenReason });

export const RetryBody = nullable(strictObject({ reason: GivenReason }));

export const RemoveQuery = strictObject({ requestedBy: Type.Optional(text(255)), reason: GivenReason });

export const AttemptListQuery = strictObject({
  ...ListQuery,
  courseId: Type.Optional(CourseId),
  examId: Type.Optional(ExamId),
  userId: Type.Optional(UserId),
  status: Type.Optional(Status),
  phase: Type.Optional(Phase),
  provider: Type.Optional(text(100)),
  needsAttention: Type.Optional(Type.Boolean()),
});

export const AttemptAnswer = strictObject({
  attemptCode: AttemptCode,
  attemptNumber: Type.Integer(),
  examId: ExamId,
  courseId: CourseId,
  contentId: Type.String(),
  userId: UserId,
  status: Status,
  phase: Phase,
  takingAsProctored: Type.Boolean(),
  isSampleAttempt: Type.Boolean(),
  isArchived: Type.Boolean(),
  isCurrent: Type.Boolean(),
  /** With `attempts:read`, in answers to GET only; never with `attempts:take`. */
  externalId: Type.Optional(nullable(Type.String())),
  allowedTimeLimitMins: nullable(Type.Integer()),
  startedAt: nullable(Instant),
  completedAt: nullable(Instant),
  deadline: nullable(Instant),
  timeRemainingSeconds: nullable(Type.Integer()),
  reviewDueAt: nullable(Instant),
  pendingEffects: Type.Integer(),
  needsAttention: Type.Array(Type.String(), { description: 'Why a person has to look at it' }),
  /** With `attempts:read`, never with `attempts:take`. */
  workflowId: Type.Optional(Type.String()),
  temporalUrl: Type.Optional(Type.String()),
  createdAt: Instant,
  modifiedAt: Instant,
});

export type AttemptAnswer = Static<typeof AttemptAnswer>;

/** As somebody sees it who reads all attempts. */
export type FullAttemptAnswer = Required<AttemptAnswer>;

export const AttemptListAnswer = pageSchema(AttemptAnswer);

/** Who changed something, why, what a person said about it, and by which request. */
export const Origin = {
  by: nullable(
    Type.String({
      description: 'issuer|subject, clock, cascade, provider:NAME, system or unknown; null: a person you may not know',
    }),
  ),
  because: Type.String({ description: 'The command and what it is about, e.g. act:submit, review:17, timer' }),
  reason: nullable(Type.String({ description: 'Free text a person gave' })),
  requestId: nullable(Type.String()),
};

export const HistoryAnswer = strictObject({
  items: Type.Array(
    strictObject({
      attempt: AttemptAnswer,
      studentName: Type.String(),
      archivedBecause: Type.Unsafe<'status-changed' | 'removed'>({
        type: 'string',
        enum: ['status-changed', 'removed'],
      }),
      archivedAt: Instant,
      version: Type.Integer({ description: 'Of the attempt after the change that ended this state of it' }),
      ...Origin,
    }),
  ),
  nextCursor: Type.Null(),
});
