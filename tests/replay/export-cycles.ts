import type { Client } from '@temporalio/client';
import { scheduleIdOf } from '../../clients/temporal/schedules';
import { signDevToken } from '../../config/dev-key';
import { ApiClient } from '../../dev/demo/api-client';
import type { FaultSettings } from '../../dev/simulator/faults';
import type { Stack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
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
    private readonly api: ApiClient,
    private readonly stack: Stack,
    private readonly token: string,
  ) {}

  async enter(learners: number): Promise<void> {
    await this.api.put(`/customers/${this.customerId}`, { name: this.customerId, slug: this.customerId });
    await this.configure({});
    const numbers = Array.from({ length: learners }, (_, index) => index + 1);
    const rows = numbers.flatMap((n) => [
      {
        kind: 'learner',
        userId: `u${n}`,
        username: `${this.customerId}-${n}`,
        email: `${this.customerId}-${n}@example.com`,
      },
      {
        kind: 'enrollment',
        enrollmentId: n,
        userId: `u${n}`,
        courseRunId: COURSE_RUN,
        courseKey: 'edX+S01',
        mode: 'verified',
      },
      { kind: 'consent', userId: `u${n}`, courseId: COURSE_RUN, granted: true },
    ]);
    const response = await fetch(`${this.stack.urls.api}/v1/customers/${this.customerId}/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/x-ndjson' },
      body: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    });
    if (!response.ok) throw new Error(`The import was answered ${response.status}: ${await response.text()}`);
  }

  configure(more: object): Promise<unknown> {
    return this.api.put(`/customers/${this.customerId}/channels/${CHANNEL}`, {
      kind: 'XAPI',
      baseUrl: `${this.stack.urls.simulator}/channels/lrs`,
      credentials: { key: 'key', secret: 'secret' },
      settings: { siteUrl: 'https://courses.example.com' },
      limits: { requestsPerSecond: 1_000, concurrency: 2, batchSize: 5 },
      ...more,
    });
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

  async simulate(topic: string, settings: FaultSettings | object): Promise<void> {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(settings) };
    await fetch(`${this.stack.urls.simulator}/_sim/${topic}`, init);
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
    await one.simulate('faults/grades', { latencyMs: 1_500 });
    const started = await one.start();
    await one.steer(started, 'pause');
    await one.untilStatus(started, 'paused');
    await one.simulate('faults/grades', {});
    await one.steer(started, 'resume');
    return started.workflowId;
  },
  'export-cancelled': async (one) => {
    await one.enter(8);
    await one.simulate('faults/grades', { latencyMs: 1_500 });
    const started = await one.start();
    await one.steer(started, 'cancel');
    await one.untilStatus(started, 'cancelled');
    await one.simulate('faults/grades', {});
    return started.workflowId;
  },
  'export-channel-stopped': async (one) => {
    await one.enter(8);
    await one.simulate('channels/lrs', { refuseClient: true });
    const started = await one.start();
    await one.untilStatus(started, 'channel-stopped');
    await one.simulate('channels/lrs', { refuseClient: false });
    return started.workflowId;
  },
  'export-single-again': async (one) => {
    await one.enter(2);
    await one.simulate('faults/grades', { latencyMs: 1_000, remaining: 1 });
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

/** Those of the given names, or all; each of a customer of its own, until the workflow has closed. */
export async function recordExports(stack: Stack, client: Client, names: string[] = []): Promise<LifeCycle[]> {
  const token = await signDevToken(stack.devKeyFile, { sub: 'exporter', scope: 'exports:read exports:write' });
  const api = new ApiClient(stack.urls.api, token);
  const cycles: LifeCycle[] = [];
  for (const [name, play] of Object.entries(PLAYS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const workflowId = await play(new Customer(name, client, api, stack, token));
    const handle = client.workflow.getHandle(workflowId);
    const isClosed = async (): Promise<boolean> => (await handle.describe()).status.name !== 'RUNNING';
    await waitUntil(isClosed, { what: `${workflowId} to close`, timeoutMs: 30_000 });
    cycles.push({ name, workflowId });
  }
  return cycles;
}
