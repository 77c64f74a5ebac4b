import { Client } from '@temporalio/client';
import { type AttemptKey, examAttemptWorkflowId, stateQuery } from '../../contracts/attempts/messages';

/** Looks into workflows without leaving anything in their histories. */
export interface WorkflowPeek {
  /** The version of its row that a running workflow knows; null when it does not run, or does not say so at once. */
  knownVersion(key: AttemptKey): Promise<number | null>;
}

/** A query is answered by a worker: one that is not there, or busy, is not waited for. */
const QUERY_MS = 2_000;

/** Asks Temporal, and nothing of a workflow that has closed. */
export class TemporalPeek implements WorkflowPeek {
  private readonly client: Client;

  constructor({ connection, options: { namespace } }: Client) {
    this.client = new Client({ connection, namespace, workflow: { queryRejectCondition: 'NOT_OPEN' } });
  }

  async knownVersion(key: AttemptKey): Promise<number | null> {
    const handle = this.client.workflow.getHandle(examAttemptWorkflowId(key));
    try {
      return (await this.client.withDeadline(Date.now() + QUERY_MS, () => handle.query(stateQuery))).version;
    } catch {
      return null;
    }
  }
}
