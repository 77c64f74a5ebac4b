import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { reviewReceivedSignal } from '../../../contracts/attempts/messages';
import type { Dice } from './dice';

/** The namespace of every development stack. */
const namespace = 'default';

type Hand = (client: Client, workflowId: string, roll: Dice) => Promise<unknown>;

/** What Temporal's UI offers for one workflow, and a signal that makes no sense. */
const HANDS: Record<string, Hand> = {
  cancel: ({ workflow }, workflowId) => workflow.getHandle(workflowId).cancel(),
  terminate: ({ workflow }, workflowId) => workflow.getHandle(workflowId).terminate('by hand'),
  delete: ({ workflowService }, workflowId) =>
    workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } }),
  reset,
  junk: ({ workflow }, workflowId) =>
    workflow
      .getHandle(workflowId)
      .signal(reviewReceivedSignal, 'junk' as unknown as { commandId: string; inboxId: string }),
};

const NAMES = Object.keys(HANDS);

/** To the end of a workflow task of its own choice: everything after it is done again. */
async function reset({ workflow, workflowService }: Client, workflowId: string, roll: Dice): Promise<void> {
  const { events = [] } = await workflow.getHandle(workflowId).fetchHistory();
  const ends = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const end = ends[roll(Math.max(1, ends.length))];
  if (!end?.eventId) return;
  await workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: end.eventId,
    requestId: randomUUID(),
    reason: 'by hand',
  });
}

/** Somebody who presses the buttons of Temporal's UI at random. */
export class Operator {
  /** How often each button did something. */
  readonly pressed = new Map(NAMES.map((name) => [name, 0]));

  constructor(
    private readonly client: Client,
    private readonly roll: Dice,
  ) {}

  /** One button on one of the workflows. One that does not run, and a server that is away, refuse it. */
  async press(workflowIds: readonly string[]): Promise<void> {
    const name = NAMES[this.roll(NAMES.length)] as string;
    const workflowId = workflowIds[this.roll(workflowIds.length)] as string;
    try {
      await HANDS[name]?.(this.client, workflowId, this.roll);
      this.pressed.set(name, (this.pressed.get(name) ?? 0) + 1);
    } catch {
      // Nothing was pressed.
    }
  }
}
