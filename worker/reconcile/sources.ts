import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { TemporalGateway } from '../../clients/temporal/attempts';
import {
  type AttemptKey,
  attemptKeyOf,
  type AttemptTimings,
  EXAM_ATTEMPT_WORKFLOW,
} from '../../contracts/attempts/messages';
import { COURSE_PUBLISH_WORKFLOW } from '../../contracts/courses/messages';
import { awakeAttempts, coursesWithDueSaves, ownersOfDueEffects, type WithCursor } from '../../db/attempts/reconcile';

/** Both sides, and how work is returned to its owner. */
export interface ReconcileContext {
  knex: Knex;
  gateway: TemporalGateway;
  timings: AttemptTimings;
  /** How long a disagreement has to last to count: commands under way look like one. */
  settleMs: number;
}

const PAGE = 500;

/** Keys of attempts that may disagree, in memory a page at a time: running workflows, rows and effects that need one. */
export const ATTEMPT_SOURCES: Record<string, (context: ReconcileContext) => AsyncGenerator<AttemptKey>> = {
  'running workflows of attempts': async function* ({ gateway }) {
    for await (const workflowId of running(gateway.client, EXAM_ATTEMPT_WORKFLOW)) {
      const key = attemptKeyOf(workflowId);
      if (key) yield key;
    }
  },
  'attempts that need a workflow': ({ knex }) => pages((after) => awakeAttempts(knex, after, PAGE)),
  'effects still to be done': ({ knex }) => pages((after) => ownersOfDueEffects(knex, after, PAGE)),
};

/** The same for publishes, by course. */
export const COURSE_SOURCES: Record<string, (context: ReconcileContext) => AsyncGenerator<string>> = {
  'running workflows of publishes': async function* ({ gateway }) {
    for await (const workflowId of running(gateway.client, COURSE_PUBLISH_WORKFLOW)) {
      yield decodeURIComponent(workflowId.slice(workflowId.indexOf(':') + 1));
    }
  },
  'exams to save at their provider': async function* ({ knex }) {
    for await (const { courseId } of pages((after) => coursesWithDueSaves(knex, after, PAGE))) yield courseId;
  },
};

async function* running(client: Client, type: string): AsyncGenerator<string> {
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) yield workflowId;
}

async function* pages<T>(read: (after: string) => Promise<WithCursor<T>[]>): AsyncGenerator<WithCursor<T>> {
  let after = '';
  for (;;) {
    const page = await read(after);
    for (const row of page) yield row;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.cursor;
  }
}
