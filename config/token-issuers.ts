import { Type } from '@sinclair/typebox';

/** Asymmetric only: with HS256 allowed, the public key would do as a secret. */
export const TOKEN_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'PS256'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/**
 * Claims that name who a token was issued to. A scope map says which one it means: otherwise a learner who takes a
 * service's client id as user name would get the service's scopes.
 */
const IDENTITY_CLAIMS = ['client_id', 'azp', 'appid', 'cid', 'preferred_username', 'username', 'sub'] as const;

const Text = Type.String({ minLength: 1 });

/** AUTH_ISSUERS. */
export const IssuerEntries = Type.Array(
  Type.Object(
    {
      issuer: Text,
      audience: Type.Union([Text, Type.Array(Text, { minItems: 1 })]),
      jwksUrl: Type.Optional(Text),
      /** For issuers that publish no key set at an address. */
      jwks: Type.Optional(
        Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1 }) }),
      ),
      algorithms: Type.Optional(
        Type.Array(Type.Union(TOKEN_ALGORITHMS.map((algorithm) => Type.Literal(algorithm))), { minItems: 1 }),
      ),
    },
    { additionalProperties: false },
  ),
);

/** AUTH_SCOPE_MAP. */
export const ScopeMapEntries = Type.Record(
  Text,
  Type.Record(Type.String({ pattern: `^(?:${IDENTITY_CLAIMS.join('|')}):.+$` }), Type.Array(Text), {
    additionalProperties: false,
  }),
);
