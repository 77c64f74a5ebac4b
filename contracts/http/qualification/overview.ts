import { Type } from '@sinclair/typebox';
import { Instant, ListQuery, nullable, pageSchema, strictObject } from '../common';
import { NodeId, PeriodId, plainText, Seq } from './common';
import { StatusAnswer } from './statuses';

export const OverviewQuery = strictObject({
  ...ListQuery,
  /** The node and all below it. */
  nodeId: Type.Optional(NodeId),
  deadlineTag: Type.Optional(plainText(255)),
  state: Type.Optional(
    Type.Union(
      ['nothing-to-export', 'not-exported', 'exported', 'changed-since-export'].map((state) => Type.Literal(state)),
    ),
  ),
  /** Only periods that run now. */
  active: Type.Optional(Type.Boolean()),
});

export const OverviewAnswer = pageSchema(
  strictObject({
    periodId: PeriodId,
    nodeId: NodeId,
    shortName: Type.String(),
    longName: Type.String(),
    startsAt: Instant,
    endsAt: Instant,
    deadline: nullable(strictObject({ tagId: Type.String(), at: Instant, tag: nullable(Type.String()) })),
    state: Type.String(),
    active: nullable(
      strictObject({
        seq: Seq,
        status: Type.String(),
        at: Instant,
        counts: StatusAnswer.properties.counts,
        /** Results came in since; whether they change an answer is asked at `changes`. */
        stale: Type.Boolean(),
      }),
    ),
  }),
);
