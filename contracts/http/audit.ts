import { Type } from '@sinclair/typebox';
import { Instant, ListQuery, nullable, pageSchema, strictObject, text } from './common';

export const AuditQuery = strictObject({
  ...ListQuery,
  object: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 800,
      pattern: '^[^\\u0000]*$',
      description: 'attempt:CODE, exam:ID, course:ID, learner:ID, allowance:EXAM:LEARNER:KEY, review:ID, customer:ID …',
    }),
  ),
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 800, pattern: '^[^\\u0000]*$' })),
  action: Type.Optional(text(100)),
});

export const AuditListAnswer = pageSchema(
  strictObject({
    at: Instant,
    actor: Type.String({ description: 'issuer|subject, or clock, cascade, provider:NAME, system, unknown' }),
    action: Type.String(),
    object: Type.String(),
    because: nullable(Type.String()),
    reason: nullable(Type.String()),
    requestId: nullable(Type.String()),
    version: nullable(Type.Integer({ description: 'Of the attempt after it; null when it left it as it was' })),
    detail: Type.Unknown({ description: 'What changed, as far as it may be kept: names of members, harmless values' }),
  }),
);
