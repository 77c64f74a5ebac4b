import { randomUUID } from 'node:crypto';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { buildActivities } from '../../../activities/build-activities';
import type { TemporalGateway } from '../../../clients/temporal/attempts';
import {
  type AttemptKey,
  type AttemptTimings,
  type AttemptView,
  changeStatusUpdate,
  createUpdate,
  examAttemptWorkflowId,
} from '../../../contracts/attempts/messages';
import { SEARCH_ATTRIBUTES } from '../../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../../../contracts/task-queues';
import { findExam } from '../../../db/courses/exams';
import { workflowBundle } from '../../../worker/workflow-bundle';
import { AttemptFixture } from '../../support/attempt-fixture';
import { openNamespace, TemporalFixture } from '../../support/temporal-fixture';

const TIMINGS: AttemptTimings = {
  idleMs: 300,
  questionTimeoutMs: 1_500,
  deadlineJitterMs: 0,
  effectRetryInitialMs: 100,
  effectRetryMaxMs: 500,
  effectGiveUpMs: 60_000,
};

export interface WorkflowFixtureOptions {
  address?: string;
  timings?: Partial<AttemptTimings>;
  env?: Record<string, string>;
}

/** Worker, database and simulator in this process, and a namespace of the test file's own on the real Temporal server. */
export class WorkflowFixture extends TemporalFixture {
  private constructor(
    readonly backend: AttemptFixture,
    gateway: TemporalGateway,
    readonly timings: AttemptTimings,
    private readonly worker: Worker,
    private readonly connection: NativeConnection,
    private readonly running: Promise<void>,
  ) {
    super(gateway, 20_000);
  }

  static async start(options: WorkflowFixtureOptions = {}): Promise<WorkflowFixture> {
    const { namespace, gateway, connection } = await openNamespace(options.address);
    const timings = { ...TIMINGS, ...options.timings };
    const backend = await AttemptFixture.start({ poolMax: 5, gateway, ...(options.env ? { env: options.env } : {}) });
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: ATTEMPTS_TASK_QUEUE,
      activities: buildActivities({ ...backend.dependencies, timings }),
      workflowBundle: await workflowBundle(),
      maxCachedWorkflows: 200,
      shutdownGraceTime: '1 second',
    });
    return new WorkflowFixture(backend, gateway, timings, worker, connection, worker.run());
  }

  async stop(): Promise<void> {
    this.backend.simulator.faults.clear();
    this.worker.shutdown();
    await this.running;
    await this.connection.close();
    await this.backend.stop();
    await this.gateway.close();
  }

  /** Sends an update as the API does; the same `commandId` is the same command. */
  async update<I extends { commandId: string }>(
    key: AttemptKey,
    update: UpdateDefinition<AttemptView, [I]>,
    input: Omit<I, 'commandId'>,
    commandId: string = randomUUID(),
  ): Promise<AttemptView> {
    const exam = await findExam(this.backend.knex, key.examId);
    if (!exam) throw new Error('There is no such exam');
    const { courseId, examName, effectiveProvider: provider } = exam;
    const ref = { ...key, courseId, examName, provider, phase: 'open' } as const;
    return this.gateway.execute(ref, update, { ...input, commandId } as I, this.timings);
  }

  async create(key: AttemptKey, commandId?: string): Promise<AttemptView> {
    return this.update(key, createUpdate, { takingAsProctored: true }, commandId);
  }

  async change(key: AttemptKey, status: string): Promise<AttemptView> {
    return this.update(key, changeStatusUpdate, { status });
  }

  describe(key: AttemptKey): Promise<WorkflowExecutionDescription> {
    return this.client.workflow.getHandle(examAttemptWorkflowId(key)).describe();
  }

  override untilClosed(workflow: AttemptKey | string): Promise<void> {
    return super.untilClosed(typeof workflow === 'string' ? workflow : examAttemptWorkflowId(workflow));
  }

  async untilStatus(key: AttemptKey, status: string): Promise<AttemptView> {
    await this.until(status, async () => (await this.backend.attempt(key)).status === status);
    return this.backend.attempt(key);
  }

  async untilSearchable(
    key: AttemptKey,
    name: keyof typeof SEARCH_ATTRIBUTES,
    value: string | undefined,
  ): Promise<void> {
    await this.until(`${name} = ${value ?? 'nothing'}`, async () => {
      const { typedSearchAttributes } = await this.describe(key);
      return typedSearchAttributes.get(SEARCH_ATTRIBUTES[name]) === value;
    });
  }
}
