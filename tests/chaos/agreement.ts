import pMap from 'p-map';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { attemptDisagreement, lastingDisagreements, type WorkflowDuty } from '../../dev/agreement';
import type { ChaosCourse } from './chaos-stack';

const AWAKE: readonly string[] = ['open', 'in_exam', 'awaiting_review'];

/** API, database and workflow show the same of every attempt, and where something is still to happen the workflow runs. */
export function expectAgreement(course: ChaosCourse): Promise<void> {
  return expectAgreed(course, ({ phase, status, reviewDueAt }) =>
    AWAKE.includes(phase) && (status !== 'submitted' || reviewDueAt !== null) ? 'running' : 'known',
  );
}

/**
 * API and database show the same, and so does the workflow of every attempt that needs one: because its time runs, or a
 * review is due. Other attempts may have been moved by the command of another, and nobody has to wake their workflow.
 */
export function expectOwnersAgree(course: ChaosCourse): Promise<void> {
  return expectAgreed(course, ({ deadline, reviewDueAt }) =>
    deadline !== null || reviewDueAt !== null ? 'running' : 'ignored',
  );
}

async function expectAgreed(course: ChaosCourse, dutyOf: (answer: FullAttemptAnswer) => WorkflowDuty): Promise<void> {
  const { knex, gateway } = course.chaos;
  const sources = { knex, client: gateway.client };
  const compare = async (): Promise<string[]> => {
    const found = await pMap(
      await course.live(),
      (one) => attemptDisagreement(sources, one.workflowId, one.status, dutyOf(one)),
      { concurrency: 20 },
    );
    return found.filter((breach) => breach !== null);
  };
  // A workflow that nobody has in memory is replayed to be asked.
  const timeoutMs = 20_000 + 500 * (await course.live()).length;
  const breaches = await lastingDisagreements(compare, { timeoutMs, intervalMs: 200 });
  expect({ 'database, API and workflow agree': breaches }).toEqual({ 'database, API and workflow agree': [] });
}
