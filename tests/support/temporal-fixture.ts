import type { Client } from '@temporalio/client';
import type { temporal as proto } from '@temporalio/proto';
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { connectTemporal, type TemporalGateway } from '../../clients/temporal/attempts';
import { waitUntil } from '../../dev/wait-until';
import { connectWorker } from '../../worker/connection';
import { workflowBundle } from '../../worker/workflow-bundle';
import { newNamespace } from './namespace';

interface RecordedHistory {
  workflowId: string;
  history: proto.api.history.v1.IHistory;
}

/** A namespace of a test file's own on the real Temporal server, and its connections. */
export interface OpenNamespace {
  namespace: string;
  gateway: TemporalGateway;
  connection: NativeConnection;
}

/** What tests of workflows wait for and look at in their namespace. */
export class TemporalFixture {
  constructor(
    readonly gateway: TemporalGateway,
    private readonly patienceMs: number,
  ) {}

  get client(): Client {
    return this.gateway.client;
  }

  until(what: string, check: () => Promise<boolean>): Promise<void> {
    return waitUntil(check, { what, timeoutMs: this.patienceMs });
  }

  untilClosed(workflowId: string): Promise<void> {
    return untilClosed(this.client, workflowId, this.patienceMs);
  }

  /** Every run there was in this namespace, or of one workflow, newest first. */
  async runs(workflowId?: string): Promise<{ workflowId: string; runId: string }[]> {
    const query = workflowId === undefined ? '' : `WorkflowId = '${workflowId}'`;
    const runs = [];
    for await (const run of this.client.workflow.list({ query })) {
      runs.push({ workflowId: run.workflowId, runId: run.runId });
    }
    return runs;
  }

  /** Every history of this namespace. */
  async histories(): Promise<RecordedHistory[]> {
    const runs = await this.runs();
    return Promise.all(
      runs.map(async ({ workflowId, runId }) => {
        return { workflowId, history: await this.client.workflow.getHandle(workflowId, runId).fetchHistory() };
      }),
    );
  }

  /** Replays every history of this namespace under the present code. @throws where one diverges. */
  async replayAll(): Promise<number> {
    const histories = await this.histories();
    const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, histories);
    for await (const { error } of results) if (error) throw error;
    return histories.length;
  }
}

/** Resolves when the workflow has ended as it should: completed, or cancelled. @throws when it does not in time */
export function untilClosed(client: Client, workflowId: string, timeoutMs = 30_000): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const isClosed = async (): Promise<boolean> =>
    ['COMPLETED', 'CANCELLED'].includes((await handle.describe()).status.name);
  return waitUntil(isClosed, { what: `${workflowId} to close`, timeoutMs });
}

/** On the server of the test run unless an address is given. */
export async function openNamespace(address = process.env['TEST_TEMPORAL_ADDRESS']): Promise<OpenNamespace> {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run these tests with `npm test -- workflows`');
  const namespace = await newNamespace(address);
  const gateway = connectTemporal({ address, namespace, deadlineMs: 20_000 });
  return { namespace, gateway, connection: await connectWorker(address) };
}
