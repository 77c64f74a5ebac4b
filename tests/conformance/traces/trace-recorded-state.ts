import type { Knex } from 'knex';
import type { Attempt } from '../../../domain/attempts/model';
import { rowView } from '../../golden/outcome';
import type { TraceStep } from '../../golden/traces';
import type { TraceContext } from './trace-operations';

/** Columns that no operator's command sets alone; the row decides, so they may be set beside the workflow. */
const COLUMNS = new Set([
  ...['status', 'completed_at', 'started_at', 'allowed_time_limit_mins', 'time_remaining_seconds'],
  ...['is_resumable', 'ready_to_resume', 'resumed', 'external_id', 'taking_as_proctored'],
]);

/**
 * After a wanted difference: brings the attempts to the recorded state, so that later steps find what they found when they
 * were recorded. By an operator's commands as far as there are any, by the rows for the rest.
 */
export async function applyRecordedState(
  step: TraceStep,
  before: readonly Attempt[],
  knex: Knex,
  stage: TraceContext,
  untilSettled: () => Promise<void>,
): Promise<void> {
  const { course, callers } = stage;
  const subject = step.op.attempt ?? step.op.about;
  const live = await course.look();
  for (const [name, row] of Object.entries(step.changed ?? {})) {
    const own = live.find(({ id }) => id === name);
    const isCause = name === subject || subject === undefined;
    if (!isCause || own === undefined || row['status'] === undefined || own.status === row['status']) continue;
    await callers.operator.patch(`/attempts/${course.codeOf(name)}`, { status: row['status'] });
    await untilSettled();
  }
  for (const name of step.deleted ?? []) {
    if (!before.some(({ id }) => id === name)) continue;
    await callers.operator.remove(`/attempts/${course.codeOf(name)}?requestedBy=staff`);
    await untilSettled();
  }
  await setRest(step, knex, stage);
}

async function setRest({ changed = {} }: TraceStep, knex: Knex, { course }: TraceContext): Promise<void> {
  for (const attempt of await course.look()) {
    const recorded = changed[attempt.id];
    if (!recorded) continue;
    const own = rowView(attempt);
    const rest = Object.entries(recorded).filter(([field, value]) => COLUMNS.has(field) && own[field] !== value);
    if (rest.length === 0) continue;
    await knex('attempts').where('code', course.codeOf(attempt.id)).update(Object.fromEntries(rest));
  }
}
