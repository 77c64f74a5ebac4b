import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  type AttemptKey,
  type AttemptState,
  type AttemptView,
  examAttemptWorkflowId,
  stateQuery,
} from '../../contracts/attempts/messages';
import { coursePublishWorkflowId } from '../../contracts/courses/messages';
import { findByKey } from '../../db/attempts/find';
import { findCourse } from '../../db/courses/courses';
import { openSaves } from '../../db/courses/exam-saves';
import { dueEffects } from '../../db/effects/effects';
import { isIncomplete } from '../../domain/attempts/statuses';
import type { ReconcileContext } from './sources';

/** What is wrong, and whether the run has to be ended because it holds state the rows do not have. */
export const KINDS = {
  'missing-workflow': 'wake',
  'effects-without-owner': 'wake',
  'workflow-behind': 'wake',
  'workflow-ahead': 'restart',
  'workflow-differs': 'restart',
  'workflow-of-removed-attempt': 'restart',
  'workflow-without-row': 'restart',
  'saves-without-owner': 'wake',
  'publish-without-course': 'restart',
} as const;

export interface Disagreement {
  kind: keyof typeof KINDS;
  workflowId: string;
  subject: { attempt: AttemptKey } | { courseId: string };
  /** What each side says, for people. */
  detail: string;
}

/** Checks an attempt, and once more after a while if something is wrong: effects of a command under way disappear by themselves. */
export async function attemptDisagreement(context: ReconcileContext, key: AttemptKey): Promise<Disagreement | null> {
  return confirmLater(context, () => checkAttempt(context, key));
}

export async function courseDisagreement(context: ReconcileContext, courseId: string): Promise<Disagreement | null> {
  return confirmLater(context, () => checkCourse(context, courseId));
}

async function confirmLater(
  { settleMs }: ReconcileContext,
  check: () => Promise<Disagreement | null>,
): Promise<Disagreement | null> {
  if ((await check()) === null) return null;
  await pause(settleMs);
  return check();
}

async function checkAttempt(context: ReconcileContext, attempt: AttemptKey): Promise<Disagreement | null> {
  const workflowId = examAttemptWorkflowId(attempt);
  const known = (await isRunning(context, workflowId)) ? await stateOf(context, workflowId) : null;
  const row = (await findByKey(context.knex, attempt, new Date()))?.view ?? null;
  const due = await dueEffects(context.knex, attempt);
  const kind = known ? differenceOf(row, known, due.length) : needOf(row, due.length);
  if (kind === null) return null;
  const detail = `row ${describe(row)}, ${due.length} effects due; workflow ${known ? describe(known.attempt) : 'not running'}`;
  return { kind, workflowId, subject: { attempt }, detail };
}

/** Why a row without a running workflow needs one. */
function needOf(row: AttemptView | null, due: number): Disagreement['kind'] | null {
  if (due > 0) return 'effects-without-owner';
  const isAwake = row !== null && !row.isArchived && (isIncomplete(row.status) || row.reviewDueAt !== null);
  return isAwake ? 'missing-workflow' : null;
}

/** A workflow that has no attempt yet creates one, or is about to close. */
function differenceOf(row: AttemptView | null, known: AttemptState, due: number): Disagreement['kind'] | null {
  if (row !== null && !row.isArchived) return differenceOfLive(row, known, due);
  if (known.attempt === null || known.attempt.isArchived) return null;
  return row === null ? 'workflow-without-row' : 'workflow-of-removed-attempt';
}

function differenceOfLive(row: AttemptView, known: AttemptState, due: number): Disagreement['kind'] | null {
  const { attempt } = known;
  if (attempt?.isArchived || known.version > row.version) return 'workflow-ahead';
  if (attempt === null || known.version < row.version) return 'workflow-behind';
  if (COMPARED.some((field) => attempt[field] !== row[field])) return 'workflow-differs';
  return due > 0 && known.due.length === 0 ? 'effects-without-owner' : null;
}

/** Two sides that diverged may have reached the same version. */
const COMPARED = ['attemptId', 'status', 'startedAt', 'completedAt'] as const;

async function checkCourse({ knex, ...context }: ReconcileContext, courseId: string): Promise<Disagreement | null> {
  const workflowId = coursePublishWorkflowId(courseId);
  const isRunningNow = await isRunning(context, workflowId);
  const course = await findCourse(knex, courseId);
  const { due } = await openSaves(knex, courseId);
  const subject = { courseId };
  if (isRunningNow && !course)
    return { kind: 'publish-without-course', workflowId, subject, detail: 'there is no such course' };
  if (isRunningNow || due.length === 0) return null;
  return {
    kind: 'saves-without-owner',
    workflowId,
    subject,
    detail: `${due.length} exams to save; workflow not running`,
  };
}

async function isRunning({ gateway }: Pick<ReconcileContext, 'gateway'>, workflowId: string): Promise<boolean> {
  try {
    return (await gateway.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function stateOf({ gateway }: ReconcileContext, workflowId: string): Promise<AttemptState> {
  return gateway.client.workflow.getHandle(workflowId).query<AttemptState, []>(stateQuery);
}

function describe(attempt: AttemptView | null): string {
  if (attempt === null) return 'none';
  return `${attempt.status} (version ${attempt.version}${attempt.isArchived ? ', removed' : ''})`;
}
