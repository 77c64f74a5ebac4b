import { wakeSignal } from '../../contracts/attempts/messages';
import { findOwnerRef } from '../../db/attempts/refs';
import { type Disagreement, KINDS } from './compare';
import type { ReconcileContext } from './sources';

const REASON = 'reconcile: the row decides, and it says otherwise';

/**
 * The row decides: a workflow that is behind or missing is woken and reads it; one whose state is newer than the row, or
 * differs from it, is ended first, as it would keep that state. @throws when that cannot be done.
 */
export async function repair(context: ReconcileContext, { kind, workflowId, subject }: Disagreement): Promise<void> {
  const { gateway, knex, timings } = context;
  if (KINDS[kind] === 'restart') await gateway.client.workflow.getHandle(workflowId).terminate(REASON);
  if (kind === 'publish-without-course') return;
  if ('courseId' in subject) return gateway.wakePublish(subject.courseId, timings);
  const ref = await findOwnerRef(knex, subject.attempt);
  if (ref) return gateway.signalWithStart(ref, wakeSignal, [], timings);
  if (kind !== 'workflow-without-row') throw new Error('its exam does not exist');
}
