import type { AttemptWrite } from '../../domain/attempts/decision';
import type { Attempt } from '../../domain/attempts/model';
import { defineStatement, type Statement } from '../core/batch';
import type { DecisionToApply } from './archive-and-effects';
import { ATTEMPT_FIELDS, columnOf } from './json';

/** SQLSTATE of a row that changed between reading and writing. */
export const STALE_ROW = 'IN001';

/** The attempts' rows as a decision leaves them. Whatever gives up being the current attempt goes first, as there can only be one at any moment. */
export function rowStatements(input: DecisionToApply): Statement[] {
  return inSafeOrder(input.decision.writes).map((write) => statementFor(write, input));
}

function inSafeOrder(writes: readonly AttemptWrite[]): AttemptWrite[] {
  const rank = (write: AttemptWrite): number => {
    if (write.do === 'remove') return 0;
    if (write.do === 'save') return write.after.isCurrent ? 2 : 1;
    return 3;
  };
  return [...writes].sort((one, other) => rank(one) - rank(other));
}

function statementFor(write: AttemptWrite, input: DecisionToApply): Statement {
  switch (write.do) {
    case 'remove':
      return { statement: REMOVE, values: { id: write.attempt.id, now: input.now } };
    case 'create': {
      const { courseId, fullName } = input;
      const confirmedVersion = confirmed(write.attempt, input) ?? 0;
      const deadlineAt = input.deadlineAt(write.attempt);
      return { statement: CREATE, values: { ...write.attempt, courseId, fullName, confirmedVersion, deadlineAt } };
    }
    case 'save': {
      const { after, before } = write;
      const confirmedVersion = confirmed(after, input);
      const deadlineAt = input.deadlineAt(after);
      return { statement: SAVE, values: { ...after, before: before.version, confirmedVersion, deadlineAt } };
    }
  }
}

/** The version the owner's workflow has seen, where the row is the owner's. */
function confirmed(attempt: Attempt, { owner, confirmedVersion }: DecisionToApply): number | undefined {
  const isOwners = attempt.examId === owner.examId && attempt.number === owner.attemptNumber;
  return isOwners ? confirmedVersion : undefined;
}

/** The reviews of a removed attempt are marked; what they were before goes to their history (reviews.json, `prepare: remove`). */
const REMOVE = defineStatement(
  'remove_attempt',
  `with gone as (
    delete from attempts where id = :id returning code
  ), kept as (
    select r.* from reviews r join gone on gone.code = r.attempt_code where not r.is_attempt_archived
  ), former as (
    insert into review_history (review_id, attempt_code, review_status, video_url, reviewed_by, raw_data, archived_at)
    select id, attempt_code, review_status, video_url, reviewed_by, raw_data, :now::timestamptz from kept
  )
  update reviews set is_attempt_archived = true, modified_at = :now::timestamptz where id in (select id from kept)`,
);

const CREATE = defineStatement(
  'create_attempt',
  `insert into attempts (${ATTEMPT_FIELDS.map(columnOf).join(', ')}, course_id, student_name, confirmed_version, deadline_at)
  values (${ATTEMPT_FIELDS.map((field) => `:${field}`).join(', ')}, :courseId, :fullName, :confirmedVersion, :deadlineAt)`,
);

/** What a person was called for goes with what it was about: a review that came, a deadline that is another one now. */
const SAVE = defineStatement(
  'save_attempt',
  `with saved as (
    update attempts set status = :status, taking_as_proctored = :takingAsProctored, is_sample_attempt = :isSampleAttempt,
      external_id = :externalId, allowed_time_limit_mins = :allowedTimeLimitMins, started_at = :startedAt,
      completed_at = :completedAt, time_remaining_seconds = :timeRemainingSeconds, is_resumable = :isResumable,
      ready_to_resume = :readyToResume, resumed = :resumed, is_current = :isCurrent, review_due_at = :reviewDueAt,
      version = :version, modified_at = :modifiedAt, confirmed_version = coalesce(:confirmedVersion, confirmed_version),
      deadline_at = :deadlineAt, attention_reasons = array_remove(array_remove(attention_reasons,
        case when review_due_at is distinct from :reviewDueAt then 'review-overdue' end), 'stuck'),
      touched_at = clock_timestamp()
    where id = :id and version = :before
    returning 1
  )
  select case when exists (select 1 from saved) then 0 else fail_stale_row(:id) end`,
);
