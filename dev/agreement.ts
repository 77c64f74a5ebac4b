import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import type { Knex } from 'knex';
import { attemptKeyOf, type AttemptState, stateQuery } from '../contracts/attempts/messages';
import { findByKey } from '../db/attempts/find';
import type { AttemptStatus } from '../domain/attempts/statuses';
import { waitUntil } from './wait-until';

/** Where the sides that have to agree are read. */
export interface AgreementSources {
  client: Client;
  knex: Knex;
}

/** What a workflow owes: `running`, to run and know the attempt; `known`, to know it; `ignored`, nothing, nobody had to wake it. */
export type WorkflowDuty = 'running' | 'known' | 'ignored';

interface Standing {
  status: AttemptStatus | undefined;
  version: number;
  isLive: boolean;
}

/** Compares an attempt's row, its status in the API's answer, and its workflow. @returns in words what disagrees; null: nothing does */
export async function attemptDisagreement(
  { client, knex }: AgreementSources,
  workflowId: string,
  inApi: AttemptStatus | undefined,
  duty: WorkflowDuty,
): Promise<string | null> {
  const row = await rowOf(knex, workflowId);
  const handle = client.workflow.getHandle(workflowId);
  const workflow = duty === 'ignored' ? row : await standingInWorkflow(handle);
  if (!row && !inApi) return workflow?.isLive ? `${workflowId} is gone in the database only` : null;
  if (row?.status !== inApi || !isSame(workflow, row)) {
    return `${workflowId}: row ${words(row)}, API ${inApi}, workflow ${words(workflow)}`;
  }
  return duty === 'running' ? whyStopped(handle) : null;
}

async function rowOf(knex: Knex, workflowId: string): Promise<Standing | undefined> {
  const key = attemptKeyOf(workflowId);
  const found = key && (await findByKey(knex, key, new Date()));
  return found && { ...found.view, isLive: !found.view.isArchived };
}

/** Undefined when Temporal knows no such workflow. */
async function standingInWorkflow(handle: WorkflowHandle): Promise<Standing | undefined> {
  try {
    return standingOf(await handle.query(stateQuery));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function standingOf({ attempt, version }: AttemptState): Standing {
  return { status: attempt?.status, version, isLive: attempt?.isArchived === false };
}

async function whyStopped(handle: WorkflowHandle): Promise<string | null> {
  const { name } = (await handle.describe()).status;
  return name === 'RUNNING' ? null : `${handle.workflowId} has to run and is ${name}`;
}

/** Compares again and again, as workflows learn a moment later what was committed. @returns what disagrees to the end */
export async function lastingDisagreements(
  compare: () => Promise<string[]>,
  { timeoutMs, intervalMs }: { timeoutMs: number; intervalMs: number },
): Promise<string[]> {
  let found = ['nothing was compared'];
  const agree = async (): Promise<boolean> => (found = await compare()).length === 0;
  await waitUntil(agree, { what: 'agreement', timeoutMs, intervalMs }).catch(() => undefined);
  return found;
}

function isSame(one: Standing | undefined, other: Standing | undefined): boolean {
  return one?.status === other?.status && one?.version === other?.version;
}

function words(standing: Standing | undefined): string {
  return standing ? `${standing.status ?? 'none'} (version ${standing.version})` : 'nothing';
}
