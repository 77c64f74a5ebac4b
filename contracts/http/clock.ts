import { Type } from '@sinclair/typebox';
import { CourseId, Instant, nullable, strictObject } from './common';

/** A century either way. */
const ClockShift = Type.Integer({ minimum: -3_155_760_000_000, maximum: 3_155_760_000_000 });

/** Fast-forward, for tests and the demo. */
export const ClockBody = strictObject({
  offsetMs: Type.Optional(ClockShift),
  advanceMs: Type.Optional(ClockShift),
  frozenAt: Type.Optional(nullable(Instant)),
});

export const ClockAnswer = strictObject({
  courseId: CourseId,
  now: Instant,
  offsetMs: Type.Integer(),
  frozenAt: nullable(Instant),
  signalled: Type.Integer(),
});
