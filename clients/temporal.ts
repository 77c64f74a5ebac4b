import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  COURSE_PUBLISH_WORKFLOW,
  type CoursePublishInput,
  coursePublishWorkflowId,
  type PublishAnswer,
  type PublishInput,
  publishUpdate,
} from '../contracts/course-publish';
import {
  type AttemptKey,
  type AttemptTimings,
  type AttemptView,
  EXAM_ATTEMPT_WORKFLOW,
  type ExamAttemptInput,
  examAttemptWorkflowId,
  wakeSignal,
} from '../contracts/exam-attempt';
import { Refusal } from '../contracts/refusal';
import { SEARCH } from '../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE } from '../contracts/task-queues';
import type { AttemptStart } from './attempt-start';
import { failureOf } from './temporal-failures';

/** What the API, the relay and the cascade ask of Temporal. Every refusal arrives as a `Refusal`. */
export interface AttemptGateway {
  /**
   * Hands a command to the attempt's workflow, waking it if it sleeps, and waits for the outcome. `input.commandId` names
   * the command in the database: sending again continues it, or gets what came of it. @throws Refusal,
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
  /** To a workflow that runs; one that sleeps has nothing to be told, so its absence is no error. */
  signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void>;
  /** Rejects when Temporal cannot be reached within a second or so. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The same for the publishes of a course, which queue up in its workflow. */
export interface PublishGateway {
  /** @throws Refusal, as `execute` does. */
  publish(courseId: string, input: PublishInput, timings: AttemptTimings): Promise<PublishAnswer>;
  /** Starts the course's workflow, if it does not run, to finish what is left of earlier publishes. */
  wakePublish(courseId: string, timings: AttemptTimings): Promise<void>;
}

export interface TemporalOptions {
  address: string;
  namespace: string;
  /** How long a caller waits for an outcome; default 10 s (API.md, Conventions). */
  deadlineMs?: number;
}

/** Pauses between tries grow from the first to the last value. */
const BACKOFF = { firstMs: 50, maxMs: 1_000 };
/** Tries at an address that refuses connections, so that a restart of Temporal goes unnoticed but an outage does not. */
const CONNECTION_TRIES = 3;

/** Connects on first use, so the API starts and serves reads while Temporal is down. */
export function connectTemporal({ address, namespace, deadlineMs }: TemporalOptions): TemporalGateway {
  const connection = Connection.lazy({ address, connectTimeout: '2s', interceptors: [] });
  return new TemporalGateway(new Client({ connection, namespace }), deadlineMs);
}

/** The real gateway. Retries itself instead of the SDK's interceptor, which would hide whether a command was sent. */
export class TemporalGateway implements AttemptGateway, PublishGateway {
  constructor(
    readonly client: Client,
    private readonly deadlineMs = 10_000,
  ) {}

  async execute<I extends { commandId: string }>(
    key: AttemptKey,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    start: AttemptStart,
  ): Promise<AttemptView> {
    return this.updateWithStart(EXAM_ATTEMPT_WORKFLOW, startOptions(key, start), update, input);
  }

  async publish(courseId: string, input: PublishInput, timings: AttemptTimings): Promise<PublishAnswer> {
    const options = publishOptions(courseId, timings);
    return this.updateWithStart(COURSE_PUBLISH_WORKFLOW, options, publishUpdate, input);
  }

  async wakePublish(courseId: string, timings: AttemptTimings): Promise<void> {
    const options = { ...publishOptions(courseId, timings), signal: wakeSignal.name, signalArgs: [] };
    await this.persist(() => this.client.workflow.signalWithStart(COURSE_PUBLISH_WORKFLOW, options));
  }

  async signalWithStart<A extends unknown[]>(
    key: AttemptKey,
    signal: SignalDefinition<A>,
    args: A,
    start: AttemptStart,
  ): Promise<void> {
    const options = { ...startOptions(key, start), signal: signal.name, signalArgs: args as unknown[] };
    await this.persist(() => this.client.workflow.signalWithStart(EXAM_ATTEMPT_WORKFLOW, options));
  }

  async signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>, args: A): Promise<void> {
    const handle = this.client.workflow.getHandle(examAttemptWorkflowId(key));
    await this.persist(async () => {
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
    return this.persist(() =>
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

  private async persist<T>(call: () => Promise<T>): Promise<T> {
    const attempt = new Persistence(Date.now() + this.deadlineMs);
    for (;;) {
      try {
        return await this.client.withDeadline(attempt.deadline, call);
      } catch (error) {
        await pause(attempt.pauseAfter(error));
      }
    }
  }
}

/** One command's tries: decides after each failure whether to go on, and with which answer to stop. */
class Persistence {
  private tries = 0;
  private closedRuns = 0;
  private maybeSent = false;

  constructor(readonly deadline: number) {}

  /** Milliseconds until the next try. @throws the answer, when there is nothing left to try. */
  pauseAfter(error: unknown): number {
    const failure = failureOf(error);
    if (failure.kind === 'refused') throw failure.refusal;
    if (failure.kind === 'defect') throw error;
    if (failure.kind === 'unknown') this.maybeSent = true;
    if (failure.kind === 'closed') this.closedRuns += 1;
    this.tries += 1;
    const hopeless = this.closedRuns > 1 || (failure.kind === 'not-sent' && this.tries >= CONNECTION_TRIES);
    const wait = Math.min(BACKOFF.maxMs, BACKOFF.firstMs * 2 ** this.tries);
    if (hopeless || Date.now() + wait >= this.deadline) throw this.answer();
    return wait;
  }

  private answer(): Refusal {
    if (this.maybeSent || this.closedRuns > 0) {
      return new Refusal('outcome-unknown', 'The command was sent, but no outcome came in time.');
    }
    return new Refusal('temporal-unavailable', 'The workflow service did not take the command.');
  }
}

/**
 * One update per call, however often it is tried. Temporal keeps the outcome of an update id even after its run closed, so
 * a command that ended with "no answer, repeat with the same key" would get that answer for ever under one id.
 */
function updateIdOf(commandId: string): string {
  return `${commandId}:${randomUUID()}`;
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
    typedSearchAttributes: [{ key: SEARCH.ExamCourseId, value: courseId }],
    staticSummary: `${courseId} · publish`,
  };
}
