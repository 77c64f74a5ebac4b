import { type AttemptState, stateQuery } from '../../../contracts/attempts/messages';
import type { AttemptAnswer } from '../../../contracts/http/attempts';
import { waitUntil } from '../../../dev/wait-until';
import type { ChaosCourse } from '../chaos-stack';

interface Row {
  code: string;
  status: string;
  version: number;
}

/**
 * API and database show the same, and so does the workflow of every attempt that needs one: because its time runs, or a
 * review is due. Other attempts may have been moved by the command of another, and nobody has to wake their workflow.
 */
export async function expectOwnersAgree(course: ChaosCourse): Promise<void> {
  let breaches: string[] = ['never compared'];
  const agree = async () => {
    const rows: Row[] = await course.chaos.knex('attempts').where({ course_id: course.courseId });
    const compared = await Promise.all((await course.live()).map((answer) => disagreement(course, answer, rows)));
    breaches = compared.filter((breach) => breach !== null);
    return breaches.length === 0;
  };
  await waitUntil(agree, { what: 'agreement', timeoutMs: 20_000, intervalMs: 200 }).catch(() => undefined);
  expect({ 'database, API and workflow agree': breaches }).toEqual({ 'database, API and workflow agree': [] });
}

async function disagreement(
  { chaos }: ChaosCourse,
  answer: AttemptAnswer,
  rows: readonly Row[],
): Promise<string | null> {
  const row = rows.find(({ code }) => code === answer.attemptCode);
  if (row?.status !== answer.status) return `row and API: ${row?.status}, ${answer.status}`;
  const needsOwner = answer.deadline !== null || answer.reviewDueAt !== null;
  if (!needsOwner) return null;
  const handle = chaos.gateway.client.workflow.getHandle(answer.workflowId);
  const [known, { status: run }] = await Promise.all([handle.query<AttemptState, []>(stateQuery), handle.describe()]);
  const views = [`${row.status} v${row.version}`, `${known.attempt?.status} v${known.version}`];
  if (views[0] !== views[1]) return `row and workflow: ${views.join(', ')}`;
  return run.name === 'RUNNING' ? null : `${answer.workflowId} is ${answer.status}, but its workflow is ${run.name}`;
}
