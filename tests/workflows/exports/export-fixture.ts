import type { NativeConnection, Worker } from '@temporalio/worker';
import type { TemporalGateway } from '../../../clients/temporal/attempts';
import type { ExportCommand, ExportPacing, ExportTarget } from '../../../contracts/exports/messages';
import type { ExportRun } from '../../../db/exports/runs';
import { anExportCommand } from '../../../dev/export-command';
import { createExportWorker } from '../../../worker/export-worker';
import { workflowBundle } from '../../../worker/workflow-bundle';
import { ExportActivitiesFixture } from '../../support/export-activities-fixture';
import { openNamespace, TemporalFixture } from '../../support/temporal-fixture';

/** The exports' worker in this process, with database and simulator, in a namespace of the test file's own. */
export class ExportFixture extends TemporalFixture {
  private constructor(
    readonly backend: ExportActivitiesFixture,
    gateway: TemporalGateway,
    private readonly namespace: string,
    private readonly connection: NativeConnection,
    private worker: Worker,
    private running: Promise<void>,
  ) {
    super(gateway, 40_000);
  }

  static async start(env: Record<string, string> = {}): Promise<ExportFixture> {
    const { namespace, gateway, connection } = await openNamespace();
    const backend = await ExportActivitiesFixture.start({ env });
    const worker = await aWorker(backend, connection, namespace);
    return new ExportFixture(backend, gateway, namespace, connection, worker, worker.run());
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

  async untilEnded(exportId: string): Promise<ExportRun> {
    await this.until('the export to end', async () => (await this.backend.run(exportId)).finishedAt !== null);
    return this.backend.run(exportId);
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
