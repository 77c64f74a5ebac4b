import type { Client } from '@temporalio/client';
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { connectTemporal, type TemporalGateway } from '../../../clients/temporal/attempts';
import type { ExportCommand, ExportPacing, ExportTarget } from '../../../contracts/exports/messages';
import type { ExportRun } from '../../../db/exports/runs';
import { waitUntil } from '../../../dev/wait-until';
import { connectWorker } from '../../../worker/connection';
import { createExportWorker } from '../../../worker/export-worker';
import { workflowBundle } from '../../../worker/workflow-bundle';
import { anExportCommand, ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { newNamespace } from '../../support/namespace';

/** The exports' worker in this process, with database and simulator, in a namespace of the test file's own. */
export class ExportFixture {
  private constructor(
    readonly backend: ExportActivitiesFixture,
    readonly gateway: TemporalGateway,
    private readonly namespace: string,
    private readonly connection: NativeConnection,
    private worker: Worker,
    private running: Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<ExportFixture> {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });
    const address = process.env['TEST_TEMPORAL_ADDRESS'];
    if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run these tests with `npm test -- workflows`');
    const namespace = await newNamespace(address);
    const backend = await ExportActivitiesFixture.start({ env });
    const connection = await connectWorker(address);
    const gateway = connectTemporal({ address, namespace, deadlineMs: 20_000 });
    const worker = await aWorker(backend, connection, namespace);
    return new ExportFixture(backend, gateway, namespace, connection, worker, worker.run());
  }

  get client(): Client {
    return this.gateway.client;
  }

  get pacing(): ExportPacing {
    return this.backend.settings.exports;
  }

  async stop(): Promise<void> {
    this.backend.simulator.faults.clear();
    this.worker.shutdown();
    await this.running;
    await this.connection.close();
    await this.gateway.close();
    await this.backend.stop();
  }

  /** Another worker in place of the present one, which ends in its own time. */
  async replaceWorker(): Promise<void> {
    const [before, ending] = [this.worker, this.running];
    before.shutdown();
    this.worker = await aWorker(this.backend, this.connection, this.namespace);
    this.running = Promise.all([ending, this.worker.run()]).then(() => undefined);
  }

  async open(
    target: ExportTarget,
    command: ExportCommand = anExportCommand(),
    pacing: Partial<ExportPacing> = {},
  ): Promise<string> {
    const { exportId } = await this.gateway.exports.start(target, command, { ...this.pacing, ...pacing });
    return exportId;
  }

  async until(what: string, check: () => Promise<boolean>): Promise<void> {
    await waitUntil(check, { what, timeoutMs: 40_000 });
  }

  async untilEnded(exportId: string): Promise<ExportRun> {
    await this.until('the export to end', async () => (await this.backend.run(exportId)).finishedAt !== null);
    return this.backend.run(exportId);
  }

  async untilClosed(workflowId: string): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowId);
    await this.until(`${workflowId} to close`, async () => (await handle.describe()).status.name !== 'RUNNING');
  }

  /** Replays every history of this namespace under the present code. @throws where one diverges. */
  async replayAll(): Promise<number> {
    const histories = [];
    for await (const { workflowId, runId } of this.client.workflow.list()) {
      histories.push({ workflowId, history: await this.client.workflow.getHandle(workflowId, runId).fetchHistory() });
    }
    const results = Worker.runReplayHistories({ workflowBundle: await workflowBundle() }, histories);
    for await (const { error } of results) if (error) throw error;
    return histories.length;
  }
}

async function aWorker(
  backend: ExportActivitiesFixture,
  connection: NativeConnection,
  namespace: string,
): Promise<Worker> {
  const { dependencies, settings } = backend;
  const code = await workflowBundle();
  return createExportWorker({
    connection,
    namespace,
    workflowBundle: code,
    dependencies,
    slots: settings.exports.slots,
  });
}
