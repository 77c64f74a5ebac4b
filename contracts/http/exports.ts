import { type Static, Type } from '@sinclair/typebox';
import { RUN_STATUSES } from '../../domain/exports/outcomes';
import { strictObject, CourseId, Instant, ListQuery, nullable, pageSchema, text, UserId } from './common';
import { ChannelId, CustomerId, Level } from './customers';

const ExportId = Type.String({ pattern: '^[1-9]\\d{0,17}$' });
export const ExportParams = strictObject({ exportId: ExportId });

/** Learner and course run together = one learner; neither = everybody of the customer. */
export const StartExportBody = strictObject({
  level: Level,
  learnerId: Type.Optional(UserId),
  courseRunId: Type.Optional(CourseId),
  /** The caller's asserted grade: compared with the platform's values, never sent. May be empty, as imported rows may. */
  grade: Type.Optional(nullable(Type.String({ maxLength: 255, pattern: '^[^\\u0000]*$' }))),
  isPassing: Type.Optional(Type.Boolean()),
  completedDate: Type.Optional(nullable(Instant)),
  /** For assessments: the subsection whose grade has changed. */
  subsectionId: Type.Optional(text(255)),
  /** False: what was accepted before is sent again. */
  skipTransmitted: Type.Boolean({ default: true }),
  dryRun: Type.Boolean({ default: false }),
  /** What counts as now; the start time when absent. */
  asOf: Type.Optional(Instant),
});

const count = Type.Integer({ minimum: 0 });
const ByReason = Type.Record(Type.String(), count);

export const ExportTotalsAnswer = strictObject({
  /** The sum of the others, `pending` included. */
  selected: count,
  sent: count,
  unchanged: count,
  skipped: ByReason,
  failed: count,
  quarantined: count,
  /** Without outcome yet; 0 once the export has ended. */
  pending: count,
});

const ExportStatus = Type.Union(RUN_STATUSES.map((status) => Type.Literal(status)));

export const ExportAnswer = strictObject({
  exportId: ExportId,
  customerId: CustomerId,
  channelId: ChannelId,
  level: Level,
  trigger: Type.Union([Type.Literal('request'), Type.Literal('schedule'), Type.Literal('event')]),
  status: ExportStatus,
  phase: Type.String(),
  /** Why it was skipped, failed or stopped; a code. */
  reason: nullable(Type.String()),
  asOf: Instant,
  dryRun: Type.Boolean(),
  skipTransmitted: Type.Boolean(),
  learnerId: nullable(UserId),
  courseRunId: nullable(CourseId),
  totals: ExportTotalsAnswer,
  /** Why records failed or were quarantined. */
  reasons: ByReason,
  /** Enrollments that are not exported because their learner is inactive or unlinked. */
  notSelected: count,
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  ratePerSecond: nullable(Type.Number()),
  etaSeconds: nullable(count),
  needsAttention: nullable(Type.String()),
  workflowId: Type.String(),
  temporalUrl: Type.String(),
  createdAt: Instant,
  startedAt: nullable(Instant),
  finishedAt: nullable(Instant),
  modifiedAt: Instant,
});

export const ExportListQuery = strictObject({
  ...ListQuery,
  customerId: Type.Optional(CustomerId),
  channelId: Type.Optional(ChannelId),
});

export const ExportListAnswer = pageSchema(ExportAnswer);

const ExportOutcome = Type.Union(
  (['sent', 'unchanged', 'skipped', 'failed', 'quarantined'] as const).map((outcome) => Type.Literal(outcome)),
);

/** The outcome of one enrollment. */
export const ExportRecordAnswer = strictObject({
  /** Its index in the export. */
  sequence: Type.Integer({ minimum: 1 }),
  enrollmentId: Type.String(),
  learnerId: UserId,
  courseRunId: CourseId,
  outcome: ExportOutcome,
  /** A code; null for `sent` and `unchanged`. */
  reason: nullable(Type.String()),
  /** Of failed ones: whether the next export may do better. */
  retryable: nullable(Type.Boolean()),
  detail: Type.Unknown({
    description:
      'Null where there is nothing more to tell. `conflict`: what the caller said and the platform did not. `told`: each ' +
      'message with its course id, outcome and HTTP status; in a dry run with the payload that would go out and its ' +
      'difference to the last one accepted. `records`: in a dry run, what was worked out before it was judged and mapped.',
  }),
});

/** `limit` and `cursor` go with JSON; streams hold all records. */
export const ExportRecordsQuery = strictObject({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  cursor: Type.Optional(text(500)),
  outcome: Type.Optional(ExportOutcome),
  learnerId: Type.Optional(UserId),
});

export const ExportRecordListAnswer = pageSchema(ExportRecordAnswer);

export type ExportRecordAnswer = Static<typeof ExportRecordAnswer>;
export type StartExportBody = Static<typeof StartExportBody>;
export type ExportAnswer = Static<typeof ExportAnswer>;
export type ExportTotalsAnswer = Static<typeof ExportTotalsAnswer>;
