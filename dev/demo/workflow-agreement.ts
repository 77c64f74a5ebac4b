import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { connectTemporal } from '../../clients/temporal/attempts';
import { readSettings } from '../../config/settings';
import { attemptKeyOf, EXAM_ATTEMPT_WORKFLOW, stateQuery } from '../../contracts/attempts/messages';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { findByKey } from '../../db/attempts/find';
import { connectDatabase } from '../../db/core/connect';
import type { AttemptPhase, AttemptStatus } from '../../domain/attempts/statuses';
import { workThrough } from '../bounded-work';
import { waitUntil } from '../wait-until';
import type { Demo } from './demo';
import type { Finding } from './finding';

const CONCURRENCY = 8;
/**
 * A practice exam taken again changes the row of the attempt before, whose workflow is about to close and is not notified: it
 * is behind until it closes or is asked for something.
 */
const AGREE_MS = 30_000;
/** In these phases something still has to happen, so nobody may be asleep. */
const AWAKE: ReadonlySet<AttemptPhase> = new Set(['open', 'in_exam', 'awaiting_review']);

interface Sources {
  client: Client;
  knex: Knex;
  attempts: readonly AttemptAnswer[];
}

/** Asks every running workflow for its state and compares status and version with the database and the API's view. */
export async function findDisagreements({ stack }: Demo, attempts: readonly AttemptAnswer[]): Promise<Finding> {
  const settings = readSettings(stack.env);
  const gateway = connectTemporal({ address: settings.temporalAddress, namespace: settings.temporalNamespace });
  const knex = connectDatabase({ url: settings.databaseUrl, poolMax: CONCURRENCY });
  const sources = { client: gateway.client, knex, attempts };
  let compared = { running: 0, breaches: ['nothing was compared'] };
  try {
    const agree = async (): Promise<boolean> => (compared = await compare(sources)).breaches.length === 0;
    await waitUntil(agree, { what: 'agreement', timeoutMs: AGREE_MS, intervalMs: 500 }).catch(() => undefined);
  } finally {
    await Promise.all([gateway.close(), knex.destroy()]);
  }
  const examined = `${compared.running} running workflows`;
  return { invariant: 'Database and workflows agree', examined, breaches: compared.breaches };
}

async function compare(sources: Sources): Promise<{ running: number; breaches: string[] }> {
  const running = await runningIds(sources.client);
  const byWorkflow = new Map(sources.attempts.map((attempt) => [attempt.workflowId, attempt]));
  const breaches = sources.attempts
    .filter(({ phase, isArchived, workflowId }) => !isArchived && AWAKE.has(phase) && !running.includes(workflowId))
    .map(({ workflowId, phase }) => `${workflowId} is ${phase}, but no workflow runs for it`);
  await workThrough(running, CONCURRENCY, async (workflowId) => {
    const breach = await compareOne(sources, workflowId, byWorkflow.get(workflowId));
    if (breach !== null) breaches.push(breach);
  });
  return { running: running.length, breaches };
}

async function runningIds(client: Client): Promise<string[]> {
  const query = `WorkflowType = '${EXAM_ATTEMPT_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

async function compareOne(
  { client, knex }: Sources,
  workflowId: string,
  answer: AttemptAnswer | undefined,
): Promise<string | null> {
  const { attempt, version } = await client.workflow.getHandle(workflowId).query(stateQuery);
  const key = attemptKeyOf(workflowId);
  const stored = key && (await findByKey(knex, key, new Date()))?.view;
  if (!stored) return attempt && !attempt.isArchived ? `${workflowId} is gone in the database only` : null;
  const inWorkflow = { status: attempt?.status, version };
  if (isSame(inWorkflow, stored) && answer?.status === stored.status) return null;
  return `${workflowId}: workflow ${words(inWorkflow)}, database ${words(stored)}, API ${answer?.status ?? 'nothing'}`;
}

interface Standing {
  status: AttemptStatus | undefined;
  version: number;
}

function isSame(one: Standing, other: Standing): boolean {
  return one.status === other.status && one.version === other.version;
}

function words({ status, version }: Standing): string {
  return `${status ?? 'none'} (version ${version})`;
}
