import { wakeSignal } from '../../contracts/attempts/messages';
import { ownerStart } from '../../worker/owner-start';
import { type Disagreement, KINDS } from './compare';
import type { Sides } from './sources';

const REASON = 'reconcile: the row decides, and it says otherwise';

/**
 * The row decides: a workflow that is behind or missing is woken and reads it; one that believes in something newer than, or
 * other than, the row is ended first, as it would hold on to what it knows. @throws when that cannot be done.
 */
export async function mend(sides: Sides, { kind, workflowId, about }: Disagreement): Promise<void> {
  const { gateway, knex, timings } = sides;
  if (KINDS[kind] === 'restart') await gateway.client.workflow.getHandle(workflowId).terminate(REASON);
  if (kind === 'publish-without-course') return;
  if ('courseId' in about) return gateway.wakePublish(about.courseId, timings);
  const start = await ownerStart(knex, about.attempt, timings);
  if (start) return gateway.signalWithStart(about.attempt, wakeSignal, [], start);
  if (kind !== 'workflow-without-row') throw new Error('its exam does not exist');
}
