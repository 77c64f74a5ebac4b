import { type Static, Type } from '@sinclair/typebox';
import { Instant, nullable, pageSchema, strictObject, text } from '../common';
import { AllowedActsAnswer, LanguageSchema, NodeId, PeriodId, plainText } from './common';

export const NodeParams = strictObject({ nodeId: NodeId });

export const NodeBody = strictObject({
  parentId: Type.Optional(nullable(NodeId)),
  kind: Type.Union([Type.Literal('department'), Type.Literal('subject')]),
  name: text(255),
  /** In which reasons and lists are written for those who don't say. */
  language: Type.Optional(LanguageSchema),
});

export const NodeAnswer = strictObject({
  nodeId: NodeId,
  parentId: nullable(NodeId),
  kind: NodeBody.properties.kind,
  name: Type.String(),
  language: Type.String(),
});

export const PeriodBody = strictObject({
  nodeId: NodeId,
  shortName: text(100),
  longName: text(255),
  startsAt: Instant,
  endsAt: Instant,
  deadlineTagId: Type.Optional(nullable(plainText(255))),
});

export const PeriodAnswer = strictObject({
  periodId: PeriodId,
  nodeId: NodeId,
  shortName: Type.String(),
  longName: Type.String(),
  startsAt: Instant,
  endsAt: Instant,
  deadlineTagId: nullable(Type.String()),
  dataVersion: Type.Integer(),
  allowed: AllowedActsAnswer,
});

export const DeadlineTagParams = strictObject({ tagId: plainText(255) });
/** A name may be blank, as platforms send it where there is none. */
const TagName = Type.String({ maxLength: 30, pattern: '^[^\\u0000-\\u001f]*$' });
export const DeadlineTagBody = strictObject({ at: Instant, tag: Type.Optional(nullable(TagName)) });
export const DeadlineTagAnswer = strictObject({ tagId: Type.String(), at: Instant, tag: nullable(Type.String()) });

const Subject = plainText(255);
export const NodeAdministratorParams = strictObject({ nodeId: NodeId, subject: Subject });
export const PeriodAdministratorParams = strictObject({ periodId: PeriodId, subject: Subject });
/** May be left out only where the installation has one issuer (AUTH_ISSUER). */
export const AdministratorQuery = strictObject({ issuer: Type.Optional(plainText(500)) });
export const AdministratorAnswer = strictObject({ issuer: Type.String(), subject: Type.String() });
export const AdministratorListAnswer = pageSchema(AdministratorAnswer);

export type NodeBody = Static<typeof NodeBody>;
export type PeriodBody = Static<typeof PeriodBody>;
export type PeriodAnswer = Static<typeof PeriodAnswer>;
