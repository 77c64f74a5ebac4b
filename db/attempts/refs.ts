import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { type AttemptPhase, type PhaseFacts, phaseOf } from '../../domain/attempts/statuses';
import { defineStatement, runStatement } from '../core/batch';
import { ATTEMPT_JOINS } from './find';
import { effectiveProviderSql } from './json';

/** What a command needs of its attempt: whose it is, who may change it, and how its workflow is found. */
export interface StoredAttemptRef {
  key: AttemptKey;
  courseId: string;
  /** The provider of the exam, by name. */
  provider: string | null;
  phase: AttemptPhase;
  isArchived: boolean;
}

/**
 * Looks among the live attempts, then for the newest archived row of that code: `findByCode` without all that only a view
 * needs. Every command begins with it, so it reads one row of three tables by their keys.
 */
export async function findAttemptRef(knex: Knex, code: string): Promise<StoredAttemptRef | undefined> {
  for (const statement of [LIVE, ARCHIVED]) {
    const [row] = await runStatement<AttemptRefRow>(knex, { statement, values: { code } });
    if (row) return toAttemptRef(row);
  }
  return undefined;
}

interface AttemptRefRow extends AttemptKey, PhaseFacts {
  courseId: string;
  provider: string | null;
  archived: 'status-changed' | 'removed' | null;
}

function toAttemptRef(row: AttemptRefRow): StoredAttemptRef {
  const { examId, userId, attemptNumber, courseId, provider, archived } = row;
  const phase = archived === 'removed' ? archived : phaseOf(row);
  return { key: { examId, userId, attemptNumber }, courseId, provider, phase, isArchived: archived !== null };
}

const selectOf = (
  archived: string,
): string => `select a.exam_id as "examId", a.user_id as "userId", a.number as "attemptNumber", a.status,
  a.taking_as_proctored as "takingAsProctored", a.is_sample_attempt as "isSampleAttempt", e.course_id as "courseId",
  ${effectiveProviderSql('e', 'c')} as provider, ${archived} as archived`;

const LIVE = defineStatement(
  'live_attempt_ref',
  `${selectOf('null')} from attempts a ${ATTEMPT_JOINS} where a.code = :code limit 1`,
);

const ARCHIVED = defineStatement(
  'archived_attempt_ref',
  `${selectOf('a.reason')} from attempt_archive a ${ATTEMPT_JOINS} where a.code = :code order by a.id desc limit 1`,
);
