import type { GoldenTrace } from '../../golden/traces';
import type { ApiCalls } from '../api-calls';
import type { ConformanceStack } from '../conformance-stack';
import { learnersOf, type TraceCourse } from './trace-course';

/** Who asks in a trace. `anonymous` is SoftwareSecure, which carries no token. */
export interface TraceCallers {
  operator: ApiCalls;
  publishingOff: () => Promise<ApiCalls>;
  vendor: ApiCalls;
  anonymous: ApiCalls;
  outsider: ApiCalls;
  learners: Map<string, ApiCalls>;
}

const OPERATOR = { sub: 'staff', scope: 'attempts:read attempts:write exams:read exams:write learners:write ops:act' };

export async function traceCallers(
  stack: ConformanceStack,
  course: TraceCourse,
  one: GoldenTrace,
): Promise<TraceCallers> {
  const learner = (user: string): Promise<ApiCalls> => stack.as({ sub: course.userId(user), scope: 'attempts:take' });
  const learners = await Promise.all(learnersOf(one).map(async (user) => [user, await learner(user)] as const));
  return {
    operator: await stack.as(OPERATOR),
    publishingOff: () => stack.withoutSpecialExams(OPERATOR),
    vendor: await stack.as({ sub: 'reviewer', scope: 'callbacks' }),
    anonymous: await stack.as(null),
    outsider: await stack.as({ sub: 'outsider', scope: 'attempts:take' }),
    learners: new Map(learners),
  };
}
