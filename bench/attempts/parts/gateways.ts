import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { TemporalCalls } from '../../../api/context';
import { attemptStartOptions } from '../../../clients/temporal/attempt-start';
import type { AttemptActivities } from '../../../contracts/attempts/activities';
import type { CommandRequest } from '../../../contracts/attempts/commands';
import type { AttemptKey, AttemptView } from '../../../contracts/attempts/messages';
import { type OwnVariant, taskQueueOf, workflowIdOf } from '../plan';

type Rest = Omit<TemporalCalls, 'execute'>;

/** Sends updates the way the real gateway does, to a workflow and a task queue of the bench. */
export function benchGateway(variant: OwnVariant, client: Client, rest: Rest): TemporalCalls {
  return {
    ...rest,
    execute(ref, update, input, timings) {
      const { type: _, ...start } = attemptStartOptions(ref, timings);
      const startWorkflowOperation = new WithStartWorkflowOperation(variant, {
        ...start,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowId: workflowIdOf(variant, ref.examId, ref.userId),
        taskQueue: taskQueueOf(variant),
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      const updateId = input.commandId;
      return client.withDeadline(Date.now() + 10_000, () =>
        client.workflow.executeUpdateWithStart(update, { updateId, args: [input], startWorkflowOperation }),
      );
    },
  };
}

/** No engine: the command is decided and its effects are done inside the request. */
export function inlineGateway({ decide }: Pick<AttemptActivities, 'decide'>, rest: Rest): TemporalCalls {
  return {
    ...rest,
    async execute({ examId, userId, attemptNumber }, update, { commandId, ...input }) {
      const command = commandOf(update.name ?? '', input);
      return inline({ decide }, { examId, userId, attemptNumber }, commandId, command);
    },
  };
}

async function inline(
  { decide }: Pick<AttemptActivities, 'decide'>,
  key: AttemptKey,
  commandId: string,
  command: CommandRequest,
): Promise<AttemptView> {
  const result = await decide({ key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 });
  if (result.kind !== 'applied' || !result.state.attempt) throw new Error(`Unexpected outcome ${result.kind}.`);
  return result.state.attempt;
}

function commandOf(update: string, input: object): CommandRequest {
  if (update === 'create') return { type: 'create', ...input } as CommandRequest;
  const { status, ...rest } = input as { status: string };
  return { type: 'changeStatus', to: status, ...rest };
}
