import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptRef,
  type AttemptTimings,
  type AttemptView,
  EXAM_ATTEMPT_WORKFLOW,
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
import { attemptStartOptions, type StartOptions } from './attempt-start';
import { TemporalExports } from './exports';
import { failureOf } from './failures';
import { TemporalChecks, type TemporalReadiness } from './readiness';
import { withRetry, updateIdOf } from './retry';

/** The calls of API, relay and cascade to Temporal. Every refusal arrives as an `ApiError`. */
export interface AttemptGateway {
  /**
   * Sends a command to the attempt's workflow, starting it if closed, and waits for the outcome. `input.commandId` names
   * the command in the database: sending again continues it, or gets its outcome. @throws ApiError,
   * `temporal-unavailable` (surely not sent) or `outcome-unknown` (no outcome within the deadline).
   */
  execute<I extends { commandId: string }>(
    ref: AttemptRef,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    timings: AttemptTimings,
  ): Promise<AttemptView>;
  signalWithStart<A extends unknown[]>(
    ref: AttemptRef,
    signal: SignalDefinition<A>,
    args: A,
    timings: AttemptTimings,
  ): Promise<void>;
  /** To a running workflow; a closed one needs no signal, so its absence is no error. */
  signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void>;
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
  readonly readiness: TemporalReadiness;

  constructor(
    readonly client: Client,
    private readonly deadlineMs = 10_000,
  ) {
    this.readiness = new TemporalChecks(client.connection as Connection, client.options.namespace);
    this.exports = new TemporalExports(client, deadlineMs);
  }

  async execute<I extends { commandId: string }>(
    ref: AttemptRef,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    timings: AttemptTimings,
  ): Promise<AttemptView> {
    return this.updateWithStart(EXAM_ATTEMPT_WORKFLOW, attemptStartOptions(ref, timings), update, input);
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
    ref: AttemptRef,
    signal: SignalDefinition<A>,
    args: A,
    timings: AttemptTimings,
  ): Promise<void> {
    const options = { ...attemptStartOptions(ref, timings), signal: signal.name, signalArgs: args as unknown[] };
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
