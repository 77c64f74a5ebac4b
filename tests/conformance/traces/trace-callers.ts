import type { GoldenTrace } from '../../golden/traces';
import type { ApiCalls } from '../api-calls';
import type { House } from '../house';
import { learnersOf, type TraceWorld } from './trace-world';

/** Who asks in a trace. `anonymous` is SoftwareSecure, which carries no token. */
export interface TraceCallers {
  operator: ApiCalls;
  publishingOff: () => Promise<ApiCalls>;
  vendor: ApiCalls;
  anonymous: ApiCalls;
  outsider: ApiCalls;
  learners: Map<string, ApiCalls>;
}

const OPERATOR = { sub: 'staff', scope: 'attempts:read attempts:write exams:read exams:write ops:act' };

export async function traceCallers(house: House, world: TraceWorld, one: GoldenTrace): Promise<TraceCallers> {
  const learner = (user: string): Promise<ApiCalls> => house.as({ sub: world.userId(user), scope: 'attempts:take' });
  const learners = await Promise.all(learnersOf(one).map(async (user) => [user, await learner(user)] as const));
  return {
    operator: await house.as(OPERATOR),
    publishingOff: () => house.withoutSpecialExams(OPERATOR),
    vendor: await house.as({ sub: 'reviewer', scope: 'callbacks' }),
    anonymous: await house.as(null),
    outsider: await house.as({ sub: 'outsider', scope: 'attempts:take' }),
    learners: new Map(learners),
  };
}
