import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptTimings,
  type AttemptView,
  EXAM_ATTEMPT_WORKFLOW,
  type ExamAttemptInput,
  examAttemptWorkflowId,
  wakeSignal,
} from '../../contracts/attempts/messages';
import {
  COURSE_PUBLISH_WORKFLOW,
  type CoursePublishInput,
  coursePublishWorkflowId,
  type PublishResult,
  type PublishInput,
  publishUpdate,
} from '../../contracts/courses/messages';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../../contracts/task-queues';
import type { AttemptStart } from './attempt-start';
import { TemporalExports } from './exports';
import { failureOf } from './failures';
import { withRetry, updateIdOf } from './retry';

/** The calls of API, relay and cascade to Temporal. Every refusal arrives as an `ApiError`. */
export interface AttemptGateway {
  /**
   * Sends a command to the attempt's workflow, starting it if closed, and waits for the outcome. `input.commandId` names
   * the command in the database: sending again continues it, or gets its outcome. @throws ApiError,
   * `temporal-unavailable` (surely not sent) or `outcome-unknown` (no outcome within the deadline).
   */
  execute<I extends { commandId: string }>(
    key: AttemptKey,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    start: AttemptStart,
  ): Promise<AttemptView>;
  signalWithStart<A extends unknown[]>(
    key: AttemptKey,
    signal: SignalDefinition<A>,
    args: A,
    start: AttemptStart,
  ): Promise<void>;
  /** To a running workflow; a closed one needs no signal, so its absence is no error. */
  signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void>;
  /** Rejects when Temporal cannot be reached within a second or so. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The same for the publishes of a course, which queue up in its workflow. */
export interface PublishGateway {
  /** @throws ApiError, as `execute` does. */
  publish(courseId: string, input: PublishInput, timings: AttemptTimings): Promise<PublishResult>;
  /** Starts the course's workflow, if it does not run, to finish what is left of earlier publishes. */
  wakePublish(courseId: string, timings: AttemptTimings): Promise<void>;
}

export interface TemporalOptions {
  address: string;
  namespace: string;
  /** How long a caller waits for an outcome; default 10 s (API.md, Conventions). */
  deadlineMs?: number;
}

/** Connects on first use, so the API starts and serves reads while Temporal is down. */
export function connectTemporal({ address, namespace, deadlineMs }: TemporalOptions): TemporalGateway {
  const connection = Connection.lazy({ address, connectTimeout: '2s', interceptors: [] });
  return new TemporalGateway(new Client({ connection, namespace }), deadlineMs);
}

/** The real gateway. Retries itself instead of the SDK's interceptor, which would hide whether a command was sent. */
export class TemporalGateway implements AttemptGateway, PublishGateway {
  /** Everything about learner exports. */
  readonly exports: TemporalExports;

  constructor(
    readonly client: Client,
    private readonly deadlineMs = 10_000,
  ) {
    this.exports = new TemporalExports(client, deadlineMs);
  }

  async execute<I extends { commandId: string }>(
    key: AttemptKey,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    start: AttemptStart,
  ): Promise<AttemptView> {
    return this.updateWithStart(EXAM_ATTEMPT_WORKFLOW, startOptions(key, start), update, input);
  }

  async publish(courseId: string, input: PublishInput, timings: AttemptTimings): Promise<PublishResult> {
    const options = publishOptions(courseId, timings);
    return this.updateWithStart(COURSE_PUBLISH_WORKFLOW, options, publishUpdate, input);
  }

  async wakePublish(courseId: string, timings: AttemptTimings): Promise<void> {
    const options = { ...publishOptions(courseId, timings), signal: wakeSignal.name, signalArgs: [] };
    await this.withRetry(() => this.client.workflow.signalWithStart(COURSE_PUBLISH_WORKFLOW, options));
  }

  async signalWithStart<A extends unknown[]>(
    key: AttemptKey,
    signal: SignalDefinition<A>,
    args: A,
    start: AttemptStart,
  ): Promise<void> {
    const options = { ...startOptions(key, start), signal: signal.name, signalArgs: args as unknown[] };
    await this.withRetry(() => this.client.workflow.signalWithStart(EXAM_ATTEMPT_WORKFLOW, options));
  }

  async signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void> {
    const handle = this.client.workflow.getHandle(examAttemptWorkflowId(key));
    await this.withRetry(async () => {
      try {
        await handle.signal(signal, ...args);
      } catch (error) {
        if (failureOf(error).kind !== 'closed') throw error;
      }
    });
  }

  async ping(): Promise<void> {
    const { connection } = this.client;
    await connection.withDeadline(Date.now() + 1_500, () => connection.workflowService.getSystemInfo({}));
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }

  private updateWithStart<R, I extends { commandId: string }>(
    workflow: string,
    options: StartOptions<object>,
    update: UpdateDefinition<R, [I]>,
    input: I,
  ): Promise<R> {
    const updateId = updateIdOf(input.commandId);
    return this.withRetry(() =>
      this.client.workflow.executeUpdateWithStart(update, {
        updateId,
        args: [input],
        startWorkflowOperation: new WithStartWorkflowOperation(workflow, {
          ...options,
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      }),
    );
  }

  private withRetry<T>(call: () => Promise<T>): Promise<T> {
    return withRetry(this.client, this.deadlineMs, call);
  }
}

interface StartOptions<I> {
  workflowId: string;
  taskQueue: string;
  args: [I];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE';
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
}

function startOptions(key: AttemptKey, start: AttemptStart): StartOptions<ExamAttemptInput> {
  const input: ExamAttemptInput = { ...key, timings: start.timings };
  return {
    workflowId: examAttemptWorkflowId(key),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: start.searchAttributes,
    staticSummary: start.staticSummary,
  };
}

function publishOptions(courseId: string, timings: AttemptTimings): StartOptions<CoursePublishInput> {
  return {
    workflowId: coursePublishWorkflowId(courseId),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [{ courseId, timings }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.ExamCourseId, value: courseId }],
    staticSummary: `${courseId} · publish`,
  };
}
