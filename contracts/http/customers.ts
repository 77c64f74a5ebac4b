import { type Static, Type } from '@sinclair/typebox';
import { CHANNEL_KINDS } from '../../domain/exports/model';
import { strictObject, Instant, nullable, text } from './common';

export const CustomerId = text(255);
export const ChannelId = text(100);

export const CustomerParams = strictObject({ customerId: CustomerId });
export const ChannelParams = strictObject({ customerId: CustomerId, channelId: ChannelId });

export const CustomerBody = strictObject({
  name: text(255),
  slug: text(255),
  /** Audit enrollments are reported only if both are on. */
  enableAuditEnrollment: Type.Optional(Type.Boolean()),
  enableAuditDataReporting: Type.Optional(Type.Boolean()),
  /** Which single sign-on answers for the learners' remote ids. */
  identityProvider: Type.Optional(nullable(text(255))),
});

export const CustomerAnswer = strictObject({
  customerId: CustomerId,
  name: Type.String(),
  slug: Type.String(),
  enableAuditEnrollment: Type.Boolean(),
  enableAuditDataReporting: Type.Boolean(),
  identityProvider: nullable(Type.String()),
});

export const Level = Type.Union([Type.Literal('completion'), Type.Literal('assessment')]);

const ChannelKind = Type.Union(CHANNEL_KINDS.map((kind) => Type.Literal(kind)));

const LimitsBody = Type.Partial(
  strictObject({
    requestsPerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
    concurrency: Type.Integer({ minimum: 1, maximum: 1_000 }),
    batchSize: Type.Integer({ minimum: 1, maximum: 10_000 }),
  }),
  { additionalProperties: false },
);

const CRON = '^(@(yearly|annually|monthly|weekly|daily|hourly)|\\S+( \\S+){4,6})$';

const ScheduleBody = strictObject({
  /** Five to seven fields, or @daily and its like. */
  cron: Type.String({ maxLength: 200, pattern: CRON }),
  timeZone: Type.Optional(text(64)),
  jitterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
  paused: Type.Optional(Type.Boolean()),
  levels: Type.Optional(Type.Array(Level, { minItems: 1, maxItems: 2, uniqueItems: true })),
});

const ChannelSettings = Type.Record(
  text(100),
  Type.Union([Type.String({ maxLength: 2_048 }), Type.Number(), Type.Boolean()]),
);

export const ChannelBody = strictObject({
  kind: ChannelKind,
  baseUrl: Type.Optional(nullable(text(2_048))),
  /** Never answered. Absent: those stored before stay; null: none any more. */
  credentials: Type.Optional(nullable(Type.Record(text(100), text(10_000), { writeOnly: true }))),
  /** What only this kind of channel knows. */
  settings: Type.Optional(ChannelSettings),
  limits: Type.Optional(LimitsBody),
  schedule: Type.Optional(nullable(ScheduleBody)),
  /** What was sent by a process that died and may not have arrived: for channels that are not idempotent. */
  inDoubt: Type.Optional(Type.Union([Type.Literal('hold'), Type.Literal('resend')])),
  dryRun: Type.Optional(Type.Boolean()),
  disabled: Type.Optional(Type.Boolean()),
  idpId: Type.Optional(nullable(text(255))),
  transmitTotalHours: Type.Optional(Type.Boolean()),
});

export const ChannelAnswer = strictObject({
  customerId: CustomerId,
  channelId: ChannelId,
  kind: ChannelKind,
  baseUrl: nullable(Type.String()),
  /** Which of the kind's credentials are stored, never what they are. */
  credentials: Type.Record(Type.String(), Type.Union([Type.Literal('set'), Type.Literal('unset')]), { readOnly: true }),
  settings: ChannelSettings,
  limits: strictObject({ requestsPerSecond: Type.Number(), concurrency: Type.Integer(), batchSize: Type.Integer() }),
  schedule: nullable(
    strictObject({
      cron: Type.String(),
      timeZone: Type.String(),
      jitterSeconds: Type.Integer(),
      paused: Type.Boolean(),
      levels: Type.Array(Level),
    }),
  ),
  inDoubt: Type.Union([Type.Literal('hold'), Type.Literal('resend')]),
  dryRun: Type.Boolean(),
  disabled: Type.Boolean(),
  idpId: nullable(Type.String()),
  transmitTotalHours: Type.Boolean(),
  modifiedAt: Instant,
});

export const ChannelListAnswer = strictObject({ items: Type.Array(ChannelAnswer), nextCursor: Type.Null() });

export type CustomerBody = Static<typeof CustomerBody>;
export type CustomerAnswer = Static<typeof CustomerAnswer>;
export type ChannelBody = Static<typeof ChannelBody>;
export type ChannelAnswer = Static<typeof ChannelAnswer>;
