import { type AttemptState, stateQuery } from '../../../contracts/attempts/messages';
import type { AttemptAnswer } from '../../../contracts/http/attempts';
import { waitUntil } from '../../../dev/wait-until';
import type { Course } from '../arena';

interface Row {
  code: string;
  status: string;
  version: number;
}

/**
 * API and database show the same, and so does the workflow of every attempt that needs one: because its time runs, or a
 * review is due. Other attempts may have been moved by the command of another, and nobody has to wake their workflow.
 */
export async function expectOwnersAgree(course: Course): Promise<void> {
  let breaches: string[] = ['never compared'];
  const agree = async () => {
    const rows: Row[] = await course.arena.knex('attempts').where({ course_id: course.courseId });
    const compared = await Promise.all((await course.live()).map((shown) => disagreement(course, shown, rows)));
    breaches = compared.filter((breach) => breach !== null);
    return breaches.length === 0;
  };
  await waitUntil(agree, { what: 'agreement', timeoutMs: 20_000, intervalMs: 200 }).catch(() => undefined);
  expect({ 'database, API and workflow agree': breaches }).toEqual({ 'database, API and workflow agree': [] });
}

async function disagreement({ arena }: Course, shown: AttemptAnswer, rows: readonly Row[]): Promise<string | null> {
  const row = rows.find(({ code }) => code === shown.attemptCode);
  if (row?.status !== shown.status) return `row and API: ${row?.status}, ${shown.status}`;
  const needsOwner = shown.deadline !== null || shown.reviewDueAt !== null;
  if (!needsOwner) return null;
  const handle = arena.gateway.client.workflow.getHandle(shown.workflowId);
  const [known, { status: run }] = await Promise.all([handle.query<AttemptState, []>(stateQuery), handle.describe()]);
  const views = [`${row.status} v${row.version}`, `${known.attempt?.status} v${known.version}`];
  if (views[0] !== views[1]) return `row and workflow: ${views.join(', ')}`;
  return run.name === 'RUNNING' ? null : `${shown.workflowId} is ${shown.status}, but its workflow is ${run.name}`;
}
