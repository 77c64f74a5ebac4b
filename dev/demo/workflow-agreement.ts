import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../clients/temporal/attempts';
import { readSettings } from '../../config/settings';
import { EXAM_ATTEMPT_WORKFLOW } from '../../contracts/attempts/messages';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { connectDatabase } from '../../db/core/connect';
import type { AttemptPhase } from '../../domain/attempts/statuses';
import { type AgreementSources, attemptDisagreement, lastingDisagreements } from '../agreement';
import { workThrough } from '../bounded-work';
import type { Demo } from './demo';
import type { Finding } from './finding';

const CONCURRENCY = 8;
/**
 * A practice exam taken again changes the row of the attempt before, whose workflow is about to close and is not notified: it
 * is behind until it closes or is asked for something.
 */
const AGREE = { timeoutMs: 30_000, intervalMs: 500 };
/** In these phases something still has to happen, so nobody may be asleep. */
const AWAKE: ReadonlySet<AttemptPhase> = new Set(['open', 'in_exam', 'awaiting_review']);

/** Asks every running workflow for its state and compares status and version with the database and the API's view. */
export async function findDisagreements({ stack }: Demo, attempts: readonly FullAttemptAnswer[]): Promise<Finding> {
  const settings = readSettings(stack.env);
  const gateway = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: CONCURRENCY });
  const sources = { client: gateway.client, knex };
  let running: string[] = [];
  const compare = async (): Promise<string[]> => {
    running = await runningIds(gateway.client);
    return [...asleep(attempts, running), ...(await disagreeing(sources, attempts, running))];
  };
  try {
    const breaches = await lastingDisagreements(compare, AGREE);
    return { invariant: 'Database and workflows agree', examined: `${running.length} running workflows`, breaches };
  } finally {
    await Promise.all([gateway.close(), knex.destroy()]);
  }
}

function asleep(attempts: readonly FullAttemptAnswer[], running: readonly string[]): string[] {
  return attempts
    .filter(({ phase, isArchived, workflowId }) => !isArchived && AWAKE.has(phase) && !running.includes(workflowId))
    .map(({ workflowId, phase }) => `${workflowId} is ${phase}, but no workflow runs for it`);
}

async function disagreeing(
  sources: AgreementSources,
  attempts: readonly FullAttemptAnswer[],
  running: readonly string[],
): Promise<string[]> {
  const statuses = new Map(attempts.map(({ workflowId, status }) => [workflowId, status]));
  const found = await workThrough(running, CONCURRENCY, (workflowId) =>
    attemptDisagreement(sources, workflowId, statuses.get(workflowId), 'known'),
  );
  return found.filter((breach) => breach !== null);
}

async function runningIds(client: Client): Promise<string[]> {
  const query = `WorkflowType = '${EXAM_ATTEMPT_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}
