import type { Knex } from 'knex';
import type { AttemptKey } from '../../contracts/attempts/messages';
import { type AttemptPhase, type PhaseFacts, phaseOf } from '../../domain/attempts/statuses';
import { providerNameSql } from './json';
import { JOINS } from './views';
import { prepared, rowsOf } from '../core/batch';

/** What a command has to know of its attempt: whose it is, who may change it, and how its workflow is recognised. */
export interface AttemptPlace {
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
export async function findPlace(knex: Knex, code: string): Promise<AttemptPlace | undefined> {
  for (const statement of [LIVE, ARCHIVED]) {
    const [row] = await rowsOf<PlaceRow>(knex, { statement, values: { code } });
    if (row) return placeOf(row);
  }
  return undefined;
}

interface PlaceRow extends AttemptKey, PhaseFacts {
  courseId: string;
  provider: string | null;
  archived: 'status-changed' | 'removed' | null;
}

function placeOf(row: PlaceRow): AttemptPlace {
  const { examId, userId, attemptNumber, courseId, provider, archived } = row;
  const phase = archived === 'removed' ? archived : phaseOf(row);
  return { key: { examId, userId, attemptNumber }, courseId, provider, phase, isArchived: archived !== null };
}

const selectOf = (
  archived: string,
): string => `select a.exam_id as "examId", a.user_id as "userId", a.number as "attemptNumber", a.status,
  a.taking_as_proctored as "takingAsProctored", a.is_sample_attempt as "isSampleAttempt", e.course_id as "courseId",
  ${providerNameSql('e', 'c')} as provider, ${archived} as archived`;

const LIVE = prepared('live_place', `${selectOf('null')} from attempts a ${JOINS} where a.code = :code limit 1`);

const ARCHIVED = prepared(
  'archived_place',
  `${selectOf('a.reason')} from attempt_archive a ${JOINS} where a.code = :code order by a.id desc limit 1`,
);
