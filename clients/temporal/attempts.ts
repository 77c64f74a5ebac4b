import { Client, Connection } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptRef,
  type AttemptTimings,
  type AttemptView,
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
import { attemptStartOptions } from './attempt-start';
import { TemporalExports } from './exports';
import { TemporalDrafts } from './qualification-drafts';
import { TemporalChecks, type TemporalReadiness } from './readiness';
import { WorkflowCalls, type WorkflowStart } from './workflow-calls';
import { TemporalPeek, type WorkflowPeek } from './workflow-peek';

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
  /** How long a caller waits for an outcome; default 10 s (docs/design.md#a-caller-waits-ten-seconds). */
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
  /** Everything about drafts of who qualifies. */
  readonly drafts: TemporalDrafts;
  readonly readiness: TemporalReadiness;
  readonly peek: WorkflowPeek;
  private readonly calls: WorkflowCalls;

  constructor(
    readonly client: Client,
    deadlineMs = 10_000,
  ) {
    this.calls = new WorkflowCalls(client, deadlineMs);
    this.peek = new TemporalPeek(client);
    this.readiness = new TemporalChecks(client.connection as Connection, client.options.namespace);
    this.exports = new TemporalExports(this.calls);
    this.drafts = new TemporalDrafts(this.calls);
  }

  execute<I extends { commandId: string }>(
    ref: AttemptRef,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    timings: AttemptTimings,
  ): Promise<AttemptView> {
    return this.calls.updateWithStart(attemptStartOptions(ref, timings), update, input, input.commandId);
  }

  publish(courseId: string, input: PublishInput, timings: AttemptTimings): Promise<PublishResult> {
    return this.calls.updateWithStart(publishStart(courseId, timings), publishUpdate, input, input.commandId);
  }

  wakePublish(courseId: string, timings: AttemptTimings): Promise<void> {
    return this.calls.signalWithStart(publishStart(courseId, timings), wakeSignal, []);
  }

  signalWithStart<A extends unknown[]>(
    ref: AttemptRef,
    signal: SignalDefinition<A>,
    args: A,
    timings: AttemptTimings,
  ): Promise<void> {
    return this.calls.signalWithStart(attemptStartOptions(ref, timings), signal, args);
  }

  async signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void> {
    const handle = this.client.workflow.getHandle(examAttemptWorkflowId(key));
    await this.calls.ifRunning(() => handle.signal(signal, ...args));
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }
}

function publishStart(courseId: string, timings: AttemptTimings): WorkflowStart {
  const input: CoursePublishInput = { courseId, timings, isShielded: true };
  return {
    type: COURSE_PUBLISH_WORKFLOW,
    workflowId: coursePublishWorkflowId(courseId),
    taskQueue: ATTEMPTS_TASK_QUEUE,
    args: [input],
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.ExamCourseId, value: courseId }],
    staticSummary: `${courseId} · publish`,
  };
}
