import { type Static, Type } from '@sinclair/typebox';
import { AttemptAnswer, Origin } from './attempts';
import { Instant, nullable, strictObject } from './common';
import { EffectStateName } from './effects';

const TimelineEffect = strictObject({
  effectId: Type.String(),
  name: Type.String(),
  service: Type.String({ description: 'Who is told: the first word of the name' }),
  state: EffectStateName,
  tries: Type.Integer(),
  lastError: nullable(Type.String()),
  detail: nullable(Type.String()),
  createdAt: Instant,
  triedAt: nullable(Instant),
  nextTryAt: nullable(Instant),
  doneAt: nullable(Instant),
});

const Change = strictObject({
  kind: Type.Literal('change'),
  at: Instant,
  type: Type.String({ description: 'The command' }),
  version: nullable(Type.Integer({ description: 'Of the attempt after it; null when it left it as it was' })),
  statusBefore: nullable(Type.String()),
  status: nullable(Type.String()),
  ...Origin,
  effects: Type.Array(TimelineEffect),
});

const Callback = strictObject({
  kind: Type.Literal('callback'),
  at: Instant,
  by: nullable(Type.String()),
  inboxId: Type.String(),
  callback: Type.Unsafe<'review' | 'ready'>({ type: 'string', enum: ['review', 'ready'] }),
  state: Type.Unsafe<'received' | 'applied' | 'refused'>({ type: 'string', enum: ['received', 'applied', 'refused'] }),
  refusedBecause: nullable(Type.String({ description: 'The code it was refused with' })),
  endedAt: nullable(Instant),
});

const Review = strictObject({
  kind: Type.Literal('review'),
  at: Instant,
  by: nullable(Type.String({ description: 'The vendor, or the person of a second look' })),
  reviewId: Type.String(),
  reviewStatus: Type.String(),
});

const Around = strictObject({
  kind: Type.Literal('around'),
  at: Instant,
  action: Type.String({ description: 'allowance.created, callback.forged …' }),
  object: Type.String(),
  by: Origin.by,
  reason: Origin.reason,
  requestId: Origin.requestId,
  detail: Type.Unknown(),
});

export const TimelineItem = Type.Union([Change, Callback, Review, Around]);

export const TimelineAnswer = strictObject({ attempt: AttemptAnswer, items: Type.Array(TimelineItem) });

export type TimelineItem = Static<typeof TimelineItem>;
export type TimelineAnswer = Static<typeof TimelineAnswer>;
