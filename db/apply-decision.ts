import type { Knex } from 'knex';
import type { Write } from '../domain/decision';
import type { Attempt } from '../domain/model';
import { AttemptModel } from './models';
import { storeReview } from './reviews';
import { type DecisionToApply, type DueOutside, storeOutcome } from './store-outcome';

/**
 * Writes an accepted decision: archive, effects, rows and review. The caller holds the learner's lock.
 * @returns the effects stored, in order; `claimed` ones are the caller's to try until the lease ends.
 * @throws StaleRowError when a row is not as it was judged, which the lock should make impossible.
 */
export async function applyDecision(trx: Knex, input: DecisionToApply): Promise<DueOutside[]> {
  const { decision } = input;
  const effects = await storeOutcome(trx, input);
  for (const write of inSafeOrder(decision.writes)) await perform(trx, write, input);
  const { review } = decision;
  if (review) await storeReview(trx, review, { courseId: input.courseId, now: input.now });
  return effects;
}

/** A row changed between reading and writing: somebody wrote without the learner's lock. */
export class StaleRowError extends Error {
  constructor(attemptId: string) {
    super(`Attempt ${attemptId} is not as it was judged`);
    this.name = 'StaleRowError';
  }
}

/** Whatever gives up being the current attempt goes first, as there can only be one at any moment. */
function inSafeOrder(writes: readonly Write[]): Write[] {
  const rank = (write: Write): number => {
    if (write.do === 'remove') return 0;
    if (write.do === 'save') return write.after.isCurrent ? 2 : 1;
    return 3;
  };
  return [...writes].sort((one, other) => rank(one) - rank(other));
}

async function perform(trx: Knex, write: Write, input: DecisionToApply): Promise<void> {
  switch (write.do) {
    case 'remove':
      return void (await AttemptModel.query(trx).deleteById(write.attempt.id));
    case 'create': {
      const { courseId, studentName } = input;
      return void (await AttemptModel.query(trx).insert({
        ...write.attempt,
        courseId,
        studentName,
        ...confirmation(write.attempt, input),
      }));
    }
    case 'save': {
      const { after, before } = write;
      const { confirmedVersion = null } = confirmation(after, input);
      const { rowCount } = await trx.raw<{ rowCount: number }>(SAVE, {
        ...after,
        before: before.version,
        confirmedVersion,
      });
      if (rowCount === 0) throw new StaleRowError(after.id);
    }
  }
}

function confirmation(attempt: Attempt, { owner, confirmedVersion }: DecisionToApply): { confirmedVersion?: number } {
  const isOwners = attempt.examId === owner.examId && attempt.number === owner.attemptNumber;
  return isOwners && confirmedVersion !== undefined ? { confirmedVersion } : {};
}

const SAVE = `
  update attempts set status = :status, taking_as_proctored = :takingAsProctored, is_sample_attempt = :isSampleAttempt,
    external_id = :externalId, allowed_time_limit_mins = :allowedTimeLimitMins, started_at = :startedAt,
    completed_at = :completedAt, time_remaining_seconds = :timeRemainingSeconds, is_resumable = :isResumable,
    ready_to_resume = :readyToResume, resumed = :resumed, is_current = :isCurrent, review_due_at = :reviewDueAt,
    version = :version, modified_at = :modifiedAt, confirmed_version = coalesce(:confirmedVersion, confirmed_version),
    touched_at = clock_timestamp()
  where id = :id and version = :before`;
