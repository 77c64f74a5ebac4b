import type { ImportLine } from '../contracts/http/customer-import';
import type { SimulatedChannel } from './simulator/channels/channel-settings';

/** Kinds of channels that the simulator plays. */
export type SimulatedKind = 'SAP' | 'DEGREED2' | 'CANVAS' | 'XAPI';

export interface SimulatedSetup {
  channel: SimulatedChannel;
  settings: Record<string, string>;
  credentials: Record<string, string>;
}

/** How a channel of this kind is set up to talk to the simulator, which takes any secret. */
export function simulatedSetup(kind: SimulatedKind, secret = 'secret'): SimulatedSetup {
  const pair = { key: `k${secret}`, secret };
  const client = { clientId: `i${secret}`, clientSecret: secret };
  const setups: Record<SimulatedKind, SimulatedSetup> = {
    SAP: { channel: 'sap', settings: { companyId: 'acme', userId: 'admin' }, credentials: pair },
    DEGREED2: { channel: 'degreed2', settings: {}, credentials: client },
    CANVAS: {
      channel: 'canvas',
      settings: { accountId: '1', state: 'state' },
      credentials: { ...client, refreshToken: `r${secret}` },
    },
    XAPI: { channel: 'lrs', settings: { siteUrl: 'https://courses.example.com' }, credentials: pair },
  };
  return setups[kind];
}

/** The body that configures a customer's channel at the simulator; `more` replaces members. */
export function channelBody(kind: SimulatedKind, simulatorUrl: string, more: object = {}): object {
  const { channel, settings, credentials } = simulatedSetup(kind);
  return { kind, baseUrl: `${simulatorUrl}/channels/${channel}`, settings, credentials, ...more };
}

type LearnerImport = Omit<Extract<ImportLine, { kind: 'learner' }>, 'kind'>;

/** What an import takes for one enrolled learner: learner, enrollment and consent. */
export function enrolledLearner(
  { enrollmentId, courseRunId, granted = true }: { enrollmentId: number; courseRunId: string; granted?: boolean },
  learner: LearnerImport,
): ImportLine[] {
  const { userId } = learner;
  const courseKey = courseRunId.slice('course-v1:'.length, courseRunId.lastIndexOf('+'));
  return [
    { kind: 'learner', ...learner },
    { kind: 'enrollment', enrollmentId, userId, courseRunId, courseKey, mode: 'verified' },
    { kind: 'consent', userId, courseId: courseRunId, granted },
  ];
}
