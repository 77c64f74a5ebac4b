import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptView,
  EXAM_ATTEMPT_WORKFLOW,
  type ExamAttemptInput,
} from '../contracts/exam-attempt';
import { examAttemptWorkflowId } from '../contracts/exam-attempt';
import { Refusal } from '../contracts/refusal';
import { ATTEMPTS_TASK_QUEUE } from '../contracts/task-queues';
import type { AttemptStart } from './attempt-start';
import { failureOf } from './temporal-failures';

/** What the API, the relay and the cascade ask of Temporal. Every refusal arrives as a `Refusal`. */
export interface AttemptGateway {
  /**
   * Hands a command to the attempt's workflow, waking it if it sleeps, and waits for the outcome. `input.commandId` is the
   * update id: sending again continues the same command. @throws Refusal, `temporal-unavailable` (surely not sent) or
   * `outcome-unknown` (no outcome within the deadline).
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
export class TemporalGateway implements AttemptGateway {
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
    return this.persist(() =>
      this.client.workflow.executeUpdateWithStart(update, {
        updateId: input.commandId,
        args: [input],
        startWorkflowOperation: new WithStartWorkflowOperation(EXAM_ATTEMPT_WORKFLOW, {
          ...startOptions(key, start),
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      }),
    );
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

interface StartOptions {
  workflowId: string;
  taskQueue: string;
  args: [ExamAttemptInput];
  workflowIdReusePolicy: 'ALLOW_DUPLICATE';
  typedSearchAttributes: SearchAttributePair[];
  staticSummary: string;
}

function startOptions(key: AttemptKey, start: AttemptStart): StartOptions {
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
