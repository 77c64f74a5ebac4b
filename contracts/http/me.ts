import { Type } from '@sinclair/typebox';
import { Instant, nullable, strictObject } from './common';

/** Null: no limit. */
const Limit = nullable(Type.Array(Type.String()));

/** What a token says, and where its person administers. */
export const MeAnswer = strictObject({
  issuer: nullable(Type.String()),
  subject: Type.String(),
  /** As the token's issuer calls the person; null where it doesn't say. */
  name: nullable(Type.String()),
  scopes: Type.Array(Type.String()),
  limits: strictObject({
    courses: Limit,
    customers: Limit,
    provider: nullable(Type.String()),
    nodes: Limit,
    periods: Limit,
  }),
  /** When the token is over; null where it never is. */
  expiresAt: nullable(Instant),
  /** By id; what lies below a node is not repeated. */
  administers: strictObject({ nodes: Type.Array(Type.String()), periods: Type.Array(Type.String()) }),
});
