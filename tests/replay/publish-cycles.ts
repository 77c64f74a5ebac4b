import type { Client } from '@temporalio/client';
import { signDevToken } from '../../config/dev-key';
import { coursePublishWorkflowId } from '../../contracts/courses/messages';
import { ApiClient } from '../../dev/api-client';
import { coursePath } from '../../dev/course-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import type { Stack } from '../../dev/stack';
import { untilClosed } from '../support/temporal-fixture';
import type { LifeCycle } from './life-cycles';

/** The special exams of one course, published through the public API. */
class Publisher {
  constructor(
    readonly courseId: string,
    readonly simulator: SimulatorClient,
    private readonly api: ApiClient,
  ) {}

  publish(contents: string[], proctoringProvider = 'rest'): Promise<unknown> {
    const course = { enableProctoredExams: true, enableTimedExams: true, proctoringProvider };
    const exam = { timeLimitMins: 60, isProctored: true, reviewRules: 'Closed book' };
    const exams = contents.map((contentId) => ({ ...exam, contentId, examName: contentId }));
    return this.api.put(`${coursePath(this.courseId)}/special-exams`, { ...course, exams });
  }
}

const PLAYS: Record<string, (publisher: Publisher) => Promise<unknown>> = {
  'published-twice-at-once': async (one) => {
    await one.publish(['a', 'b']);
    await Promise.all([one.publish(['a', 'c']), one.publish(['b'])]);
  },
  'publish-refused': async (one) => {
    await one.publish(['a'], 'nowhere').catch(() => undefined);
    await one.publish([]);
  },
  'publish-provider-was-down': async (one) => {
    await one.simulator.faults.set('provider:rest', { status: 503, remaining: 2 });
    await one.publish(['a']);
    await one.publish(['a']);
  },
  'publish-save-refused': async (one) => {
    await one.simulator.faults.set('provider:rest', { status: 400, remaining: 1 });
    await one.publish(['a']);
  },
};

/** Plays what a course's workflow can live through, each in a course of its own, until it has closed. */
export async function recordPublishes(stack: Stack, client: Client): Promise<LifeCycle[]> {
  const token = await signDevToken(stack.devKeyFile, { sub: 'author', scope: 'exams:write' });
  const api = new ApiClient(stack.urls.api, token);
  const simulator = new SimulatorClient(stack.urls.simulator);
  const cycles: LifeCycle[] = [];
  for (const [name, play] of Object.entries(PLAYS)) {
    const publisher = new Publisher(`course-${name}`, simulator, api);
    await play(publisher);
    const workflowId = coursePublishWorkflowId(publisher.courseId);
    await untilClosed(client, workflowId);
    cycles.push({ name, workflowId });
  }
  return cycles;
}
