import { Type } from '@sinclair/typebox';
import { CourseId, Instant, nullable, strictObject } from './common';

/** Fast-forward, for tests and the demo. */
export const ClockBody = strictObject({
  offsetMs: Type.Optional(Type.Integer()),
  advanceMs: Type.Optional(Type.Integer()),
  frozenAt: Type.Optional(nullable(Instant)),
});

export const ClockAnswer = strictObject({
  courseId: CourseId,
  now: Instant,
  offsetMs: Type.Integer(),
  frozenAt: nullable(Instant),
  signalled: Type.Integer(),
});
