import { type Static, Type } from '@sinclair/typebox';

export const CHANNELS = ['sap', 'degreed2', 'canvas', 'lrs'] as const;
export type SimulatedChannel = (typeof CHANNELS)[number];

const learners = Type.Array(Type.String());

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
    ...{ busyEvery: 0, poison: [], failedInAnswer: [], gone: [], courses: [] },
    ...{ malformedToken: false, refuseClient: false, tokenSeconds: 3600 },
  };
}
