import { type Static, Type } from '@sinclair/typebox';

const Parameter = Type.Optional(Type.String({ maxLength: 4_000 }));

/** RFC 6749 4.4.2, as a form. Members that are not known are ignored, as the RFC has it; so is the scope. */
export const TokenForm = Type.Object({
  grant_type: Type.String({ maxLength: 100 }),
  client_id: Parameter,
  client_secret: Parameter,
  /** "jwt" for edX's clients: the answer's `token_type` is then JWT instead of Bearer. */
  token_type: Parameter,
  scope: Parameter,
});

/** RFC 6749 5.1. */
export const TokenAnswer = Type.Object({
  access_token: Type.String(),
  /** Seconds. */
  expires_in: Type.Integer(),
  token_type: Type.Union([Type.Literal('Bearer'), Type.Literal('JWT')]),
  scope: Type.String(),
});

/** RFC 6749 5.2. */
export const TokenErrorAnswer = Type.Object(
  {
    error: Type.Union([
      Type.Literal('invalid_request'),
      Type.Literal('invalid_client'),
      Type.Literal('unsupported_grant_type'),
    ]),
    error_description: Type.String(),
  },
  { description: 'As RFC 6749 5.2 has it' },
);

/** RFC 7517 5. */
export const KeySetAnswer = Type.Object({ keys: Type.Array(Type.Object({}, { additionalProperties: true })) });

export type TokenForm = Static<typeof TokenForm>;
export type TokenAnswer = Static<typeof TokenAnswer>;
export type TokenErrorAnswer = Static<typeof TokenErrorAnswer>;
