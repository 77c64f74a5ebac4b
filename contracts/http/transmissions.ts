import { type Static, Type } from '@sinclair/typebox';
import { RESOLUTIONS, TRANSMISSION_STATES } from '../../domain/exports/transmissions';
import { strictObject, Instant, ListQuery, nullable, pageSchema, UserId } from './common';
import { ChannelId, CustomerId, Level } from './customers';

const TransmissionState = Type.Union(TRANSMISSION_STATES.map((state) => Type.Literal(state)));

export const TransmissionListQuery = strictObject({
  ...ListQuery,
  learnerId: Type.Optional(UserId),
  channelId: Type.Optional(ChannelId),
  /** `held`: in doubt, for an operator. */
  state: Type.Optional(TransmissionState),
});

export const TransmissionParams = strictObject({
  customerId: CustomerId,
  transmissionId: Type.String({ pattern: '^[1-9]\\d{0,17}$' }),
});

const Resolution = Type.Union(RESOLUTIONS.map((resolution) => Type.Literal(resolution)));

export const ResolveBody = strictObject({
  as: Type.Union(Resolution.anyOf, {
    description:
      '`sent`: somebody saw it at the channel, it counts as accepted from now on. `not-sent`: it never arrived, the next ' +
      'export tells it again.',
  }),
});

export const TransmissionAnswer = strictObject({
  transmissionId: Type.String(),
  channelId: ChannelId,
  level: Level,
  enrollmentId: Type.String(),
  learnerId: UserId,
  courseId: Type.String(),
  subsectionId: nullable(Type.String()),
  /** `sending`: under way; `held`: nobody knows whether it arrived, an operator decides. */
  state: TransmissionState,
  /** How an operator resolved a held one. */
  resolvedAs: nullable(Resolution),
  grade: nullable(Type.String()),
  /** A decimal as text, exactly as compared. */
  percent: nullable(Type.String()),
  courseCompleted: nullable(Type.Boolean()),
  completedAt: nullable(Instant),
  errorMessage: Type.String(),
  statusCode: nullable(Type.Integer()),
  exportId: nullable(Type.String()),
  claimedAt: Instant,
  settledAt: nullable(Instant),
});

export const TransmissionListAnswer = pageSchema(TransmissionAnswer);

export type TransmissionAnswer = Static<typeof TransmissionAnswer>;
