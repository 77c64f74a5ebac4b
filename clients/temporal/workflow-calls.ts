import { randomUUID } from 'node:crypto';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { SearchAttributePair, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { failureOf } from './failures';
import { withRetry } from './retry';

/** How a workflow is started by whoever has a message for it; while it runs, only its id counts. */
export interface WorkflowStart {
  type: string;
  workflowId: string;
  taskQueue: string;
  args: [object];
  typedSearchAttributes: SearchAttributePair[];
  /** Names ids only: no personal data reaches Temporal. */
  staticSummary: string;
}

/** Calls to workflows, each tried until it has an outcome or its time is over. @throws ApiError */
export class WorkflowCalls {
  constructor(
    readonly client: Client,
    private readonly deadlineMs: number,
  ) {}

  /**
   * One update per call, however often it is tried. Temporal keeps the outcome of an update id even after its run closed,
   * so a command that ended with "no answer, repeat with the same key" would get that answer for ever under one id.
   */
  updateWithStart<R, I>(
    { type, ...start }: WorkflowStart,
    update: UpdateDefinition<R, [I]>,
    input: I,
    commandId: string,
  ): Promise<R> {
    const updateId = `${commandId}:${randomUUID()}`;
    return this.withRetry(() =>
      this.client.workflow.executeUpdateWithStart(update, {
        updateId,
        args: [input],
        startWorkflowOperation: new WithStartWorkflowOperation(type, {
          ...start,
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      }),
    );
  }

  async signalWithStart<A extends unknown[]>(
    { type, ...start }: WorkflowStart,
    signal: SignalDefinition<A>,
    args: A,
  ): Promise<void> {
    const message = { signal: signal.name, signalArgs: args as unknown[] };
    const options = { ...start, ...message, workflowIdReusePolicy: 'ALLOW_DUPLICATE' } as const;
    await this.withRetry(() => this.client.workflow.signalWithStart(type, options));
  }

  /** A call to a workflow that may not run; then null. */
  ifRunning<T>(call: () => Promise<T>): Promise<T | null> {
    return this.withRetry(async () => {
      try {
        return await call();
      } catch (error) {
        if (failureOf(error).kind === 'closed') return null;
        throw error;
      }
    });
  }

  withRetry<T>(call: () => Promise<T>): Promise<T> {
    return withRetry(this.client, this.deadlineMs, call);
  }
}
