import { type Static, Type } from '@sinclair/typebox';

export const CHANNELS = ['sap', 'degreed2', 'canvas', 'lrs'] as const;
export type SimulatedChannel = (typeof CHANNELS)[number];

const learners = Type.Array(Type.String());

/** What one learner's records are met with: a failing answer, or none. */
const PlannedAnswer = Type.Union([
  Type.Object({ status: Type.Integer({ minimum: 300, maximum: 599 }) }, { additionalProperties: false }),
  Type.Object(
    { error: Type.Union([Type.Literal('timeout'), Type.Literal('connection')]) },
    { additionalProperties: false },
  ),
]);
export type PlannedAnswer = Static<typeof PlannedAnswer>;

/** Body of PUT /_sim/channels/{channel}: how a channel behaves beside the faults. What is absent stays as it is. */
export const ChannelSettingsBody = Type.Partial(
  Type.Object({
    /** Every n-th answer is 429; 0: none. */
    busyEvery: Type.Integer({ minimum: 0 }),
    /** Retry-After of those; absent: no header. */
    retryAfterSeconds: Type.Integer({ minimum: 0 }),
    /** Learners, by id or address, whose records are always refused (400). */
    poison: learners,
    /** Learners whose records are refused inside an answer that says 201. */
    failedInAnswer: learners,
    /** Learners, by id or address, whose records fail, each in its way. `timeout`: the connection stays silent. */
    answers: Type.Record(Type.String(), PlannedAnswer),
    /** Learners the channel no longer has. */
    gone: learners,
    /** Token answers are 200 without a token. */
    malformedToken: Type.Boolean(),
    /** Token answers refuse the client. */
    refuseClient: Type.Boolean(),
    tokenSeconds: Type.Integer({ minimum: 1 }),
    /** Courses Canvas has, by integration id. */
    courses: Type.Array(Type.String()),
  }),
  { additionalProperties: false },
);

export type ChannelSettings = Required<Omit<Static<typeof ChannelSettingsBody>, 'retryAfterSeconds'>> & {
  retryAfterSeconds?: number;
};

export function plainSettings(): ChannelSettings {
  return {
    busyEvery: 0,
    poison: [],
    failedInAnswer: [],
    answers: {},
    gone: [],
    courses: [],
    malformedToken: false,
    refuseClient: false,
    tokenSeconds: 3600,
  };
}
