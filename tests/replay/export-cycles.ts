import type { Client } from '@temporalio/client';
import { scheduleIdOf } from '../../clients/temporal/schedules';
import { signDevToken } from '../../config/dev-key';
import { ApiClient } from '../../dev/api-client';
import { channelBody, enrolledLearner } from '../../dev/customer-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import type { Stack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
import { untilClosed } from '../support/temporal-fixture';
import type { LifeCycle } from './life-cycles';

const CHANNEL = 'lrs';
const COURSE_RUN = 'course-v1:edX+S01+2021';

interface Started {
  exportId: string;
  workflowId: string;
}

/** One customer's exports through the public API, to the simulator's learning record store. */
class Customer {
  constructor(
    readonly customerId: string,
    readonly client: Client,
    readonly simulator: SimulatorClient,
    private readonly api: ApiClient,
  ) {}

  async enter(learners: number): Promise<void> {
    await this.api.put(`/customers/${this.customerId}`, { name: this.customerId, slug: this.customerId });
    await this.configure({});
    const numbers = Array.from({ length: learners }, (_, index) => index + 1);
    const lines = numbers.flatMap((n) => {
      const name = `${this.customerId}-${n}`;
      const learner = { userId: `u${n}`, username: name, email: `${name}@example.com` };
      return enrolledLearner({ enrollmentId: n, courseRunId: COURSE_RUN }, learner);
    });
    await this.api.importCustomer(this.customerId, lines);
  }

  configure(more: object): Promise<unknown> {
    const limits = { requestsPerSecond: 1_000, concurrency: 2, batchSize: 5 };
    const body = channelBody('XAPI', this.simulator.baseUrl, { limits, ...more });
    return this.api.put(`/customers/${this.customerId}/channels/${CHANNEL}`, body);
  }

  start(more: object = {}): Promise<Started> {
    const path = `/customers/${this.customerId}/channels/${CHANNEL}/exports`;
    return this.api.post<Started>(path, { level: 'completion', ...more });
  }

  steer({ exportId }: Started, action: 'pause' | 'resume' | 'cancel'): Promise<unknown> {
    return this.api.post(`/exports/${exportId}/${action}`, {});
  }

  async untilStatus({ exportId }: Started, status: string): Promise<void> {
    const isThere = async (): Promise<boolean> =>
      (await this.api.get<{ status: string }>(`/exports/${exportId}`)).status === status;
    await waitUntil(isThere, { what: `export ${exportId} to be ${status}`, timeoutMs: 30_000 });
  }

  /** The workflow that a tick of the schedule started. */
  async ticked(): Promise<string> {
    const schedule = { customerId: this.customerId, channelId: CHANNEL, disabled: false, schedule: null };
    await this.client.schedule.getHandle(scheduleIdOf(schedule)).trigger();
    const query = `WorkflowType = 'learnerExportTick' AND EnterpriseCustomerId = '${this.customerId}'`;
    const found: string[] = [];
    const isThere = async (): Promise<boolean> => {
      for await (const { workflowId } of this.client.workflow.list({ query })) found.push(workflowId);
      return found.length > 0;
    };
    await waitUntil(isThere, { what: 'the tick', timeoutMs: 20_000 });
    return found[0] as string;
  }
}

/** Each plays one export to its end and gives the id of the workflow to keep. Pages have five learners. */
const PLAYS: Record<string, (customer: Customer) => Promise<string>> = {
  'export-completed': async (one) => {
    await one.enter(4);
    return (await one.start()).workflowId;
  },
  'export-under-fresh-history': async (one) => {
    await one.enter(13);
    return (await one.start()).workflowId;
  },
  'export-paused-and-resumed': async (one) => {
    await one.enter(8);
    await one.simulator.faults.set('grades', { latencyMs: 1_500 });
    const started = await one.start();
    await one.steer(started, 'pause');
    await one.untilStatus(started, 'paused');
    await one.simulator.faults.clear('grades');
    await one.steer(started, 'resume');
    return started.workflowId;
  },
  'export-cancelled': async (one) => {
    await one.enter(8);
    await one.simulator.faults.set('grades', { latencyMs: 1_500 });
    const started = await one.start();
    await one.steer(started, 'cancel');
    await one.untilStatus(started, 'cancelled');
    await one.simulator.faults.clear('grades');
    return started.workflowId;
  },
  'export-channel-stopped': async (one) => {
    await one.enter(8);
    await one.simulator.channel('lrs').set({ refuseClient: true });
    const started = await one.start();
    await one.untilStatus(started, 'channel-stopped');
    await one.simulator.channel('lrs').set({ refuseClient: false });
    return started.workflowId;
  },
  'export-single-again': async (one) => {
    await one.enter(2);
    await one.simulator.faults.set('grades', { latencyMs: 1_000, remaining: 1 });
    const single = { learnerId: 'u1', courseRunId: COURSE_RUN };
    await one.start(single);
    return (await one.start(single)).workflowId;
  },
  'export-tick': async (one) => {
    await one.enter(3);
    await one.configure({ schedule: { cron: '0 3 1 1 *' } });
    return one.ticked();
  },
};

export const EXPORT_CYCLES: readonly string[] = Object.keys(PLAYS);

/** Those of the given names, or all; each of a customer of its own, until the workflow has closed. */
export async function recordExports(stack: Stack, client: Client, names: string[] = []): Promise<LifeCycle[]> {
  const token = await signDevToken(stack.devKeyFile, { sub: 'exporter', scope: 'exports:read exports:write' });
  const api = new ApiClient(stack.urls.api, token);
  const simulator = new SimulatorClient(stack.urls.simulator);
  const cycles: LifeCycle[] = [];
  for (const [name, play] of Object.entries(PLAYS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const workflowId = await play(new Customer(name, client, simulator, api));
    await untilClosed(client, workflowId);
    cycles.push({ name, workflowId });
  }
  return cycles;
}
