import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { temporal as proto } from '@temporalio/proto';
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { buildActivities } from '../../../activities/build-activities';
import { connectTemporal, type TemporalGateway } from '../../../clients/temporal/attempts';
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
import { waitUntil } from '../../../dev/wait-until';
import { connectWorker } from '../../../worker/connection';
import { workflowBundle } from '../../../worker/workflow-bundle';
import { AttemptFixture } from '../../support/attempt-fixture';
import { newNamespace } from '../../support/namespace';

export const TIMINGS: AttemptTimings = {
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
export class WorkflowFixture {
  private constructor(
    readonly backend: AttemptFixture,
    readonly gateway: TemporalGateway,
    readonly timings: AttemptTimings,
    private readonly worker: Worker,
    private readonly connection: NativeConnection,
    private readonly running: Promise<void>,
  ) {}

  static async start(options: WorkflowFixtureOptions = {}): Promise<WorkflowFixture> {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });
    const address = options.address ?? process.env['TEST_TEMPORAL_ADDRESS'];
    if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run these tests with `npm test -- workflows`');
    const namespace = await newNamespace(address);
    const timings = { ...TIMINGS, ...options.timings };
    const gateway = connectTemporal({ address, namespace, deadlineMs: 20_000 });
    const backend = await AttemptFixture.start({ poolMax: 5, gateway, ...(options.env ? { env: options.env } : {}) });
    const connection = await connectWorker(address);
    const activities = buildActivities({ ...backend.dependencies, timings });
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: ATTEMPTS_TASK_QUEUE,
      activities,
      workflowBundle: await workflowBundle(),
      maxCachedWorkflows: 200,
      shutdownGraceTime: '1 second',
    });
    return new WorkflowFixture(backend, gateway, timings, worker, connection, worker.run());
  }

  get client(): Client {
    return this.gateway.client;
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

  async until(what: string, check: () => Promise<boolean>): Promise<void> {
    await waitUntil(check, { what, timeoutMs: 20_000 });
  }

  async untilClosed(key: AttemptKey): Promise<void> {
    await this.until('the workflow to close', async () => (await this.describe(key)).status.name === 'COMPLETED');
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

  /** Every run there was in this namespace, newest first. */
  async runs(key?: AttemptKey): Promise<{ workflowId: string; runId: string }[]> {
    const query = key ? `WorkflowId = '${examAttemptWorkflowId(key)}'` : '';
    const runs = [];
    for await (const { workflowId, runId } of this.client.workflow.list({ query })) runs.push({ workflowId, runId });
    return runs;
  }

  /** Every history of this namespace. */
  async histories(): Promise<{ workflowId: string; history: proto.api.history.v1.IHistory }[]> {
    const runs = await this.runs();
    return Promise.all(
      runs.map(async ({ workflowId, runId }) => {
        const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
        return { workflowId, history };
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
