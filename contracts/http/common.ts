import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox';
import { MAIL_ADDRESS_PATTERN } from '../../domain/courses/mail-address';

/** An object that refuses members it does not know (docs/design.md#requests-and-answers). */
export const strictObject = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Text Postgres can store: it has no NUL character. */
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$' });

/** The same where it may be empty. */
export const textOrEmpty = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000]*$' });

/** Exactly one: neither a list nor a name with an address. */
export const MailAddress = Type.String({ maxLength: 254, pattern: MAIL_ADDRESS_PATTERN });
export const MailAddressOrEmpty = Type.String({ maxLength: 254, pattern: `^$|${MAIL_ADDRESS_PATTERN}` });

/** ISO 8601 with an offset, without leap seconds, which JavaScript cannot hold. */
export const Instant = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
});

/** Why a person wants a change: kept with it, and shown wherever the change is explained. Half a character is no text. */
export const GivenReason = Type.Optional(
  Type.String({ minLength: 1, maxLength: 1_000, pattern: '^[^\\u0000\\ud800-\\udfff]*$' }),
);

export const UserId = text(255);
export const CourseId = text(255);
export const ExamId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
export const AttemptCode = text(255);

export const ListQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  /** Opaque: what the last page gave as `nextCursor`. */
  cursor: Type.Optional(text(500)),
};

export const pageSchema = <T extends TSchema>(item: T) =>
  strictObject({ items: Type.Array(item), nextCursor: nullable(Type.String()) });

/** RFC 9457. Further members exist per code, e.g. `attemptCode`. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    instance: Type.String(),
    code: Type.String(),
    errors: Type.Optional(
      Type.Array(strictObject({ in: Type.String(), pointer: Type.String(), message: Type.String() })),
    ),
  },
  { additionalProperties: true, $id: 'Problem' },
);

export type Problem = Static<typeof Problem>;

const ProblemAnswer = {
  description: 'An error, see /docs/errors',
  content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
};

/** The answers of a route: the good ones and, for everything else, a problem document. */
export const responses = <T extends Record<number, TSchema>>(successes: T) => ({
  ...successes,
  '4xx': ProblemAnswer,
  '5xx': ProblemAnswer,
});

/** The usual answers: 200 and problem documents. */
export const ok = <T extends TSchema>(answer: T) => responses({ 200: answer });

/** The answers of a route that gives JSON (unless null) or, by Accept, one of the streamed forms. */
export const streamedResponses = (json: TSchema | null, types: readonly string[]) => {
  const content: Record<string, { schema: TSchema }> = json === null ? {} : { 'application/json': { schema: json } };
  for (const type of types) content[type] = { schema: Type.String() };
  return {
    200: { description: 'By Accept', content },
    ...(json === null ? { 204: Type.Null({ description: 'You have seen the end' }) } : {}),
    '4xx': ProblemAnswer,
    '5xx': ProblemAnswer,
  };
};
