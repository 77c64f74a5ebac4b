import type { Knex } from 'knex';
import { type AttemptPhase, ATTEMPT_STATUSES, type AttemptStatus, phaseOf } from '../../domain/attempts/statuses';
import { queryRows } from '../core/query';

/** What waits in the database at one moment, for metrics. Ages are seconds by Postgres' clock, 0 when nothing waits. */
export interface Backlog {
  /** By service, as the names of effects begin: `credit`, `email`, … */
  effectsDue: { service: string; count: number; oldestSeconds: number }[];
  effectsFailed: { service: string; count: number }[];
  callbacksWaiting: { count: number; oldestSeconds: number };
  /** Of the phases an attempt leaves again. */
  attempts: { phase: AttemptPhase; count: number }[];
  reviewsOverdue: number;
  exportRuns: { state: string; count: number; idleSeconds: number }[];
  recordsHeld: number;
  /** Of who qualifies; those that have not ended. */
  qualificationDrafts: { state: string; count: number; oldestSeconds: number }[];
}

/**
 * Each count stops here, so that a look costs the same however much waits; what is beyond needs no exact number. Of more
 * than so many, those are counted that have waited longest.
 */
const MOST_COUNTED = 100_000;

/** Reads it in a few short statements, each by an index that holds little but what waits. */
export async function readBacklog(knex: Knex): Promise<Backlog> {
  const read = <T>(sql: string, values: object = {}): Promise<T[]> =>
    queryRows<T>(knex, sql, { most: MOST_COUNTED, ...values });
  const effectsDue = await read<Backlog['effectsDue'][number]>(EFFECTS_DUE);
  const effectsFailed = await read<Backlog['effectsFailed'][number]>(EFFECTS_FAILED);
  const [callbacksWaiting] = await read<Backlog['callbacksWaiting']>(CALLBACKS_WAITING);
  const byStatus = await read<{ status: AttemptStatus; count: number }>(ATTEMPTS_BEFORE_END, { statuses: BEFORE_END });
  const [reviews] = await read<{ awaited: number; overdue: number }>(REVIEWS_AWAITED);
  const exportRuns = await read<Backlog['exportRuns'][number]>(OPEN_RUNS);
  const qualificationDrafts = await read<Backlog['qualificationDrafts'][number]>(OPEN_DRAFTS);
  const [held] = await read<{ count: number }>(RECORDS_HELD);
  const inPhase = (phase: AttemptPhase): number =>
    byStatus.filter(({ status }) => phaseOfUnreviewed(status) === phase).reduce((sum, { count }) => sum + count, 0);
  return {
    effectsDue,
    effectsFailed,
    callbacksWaiting: callbacksWaiting ?? { count: 0, oldestSeconds: 0 },
    attempts: [
      { phase: 'open', count: inPhase('open') },
      { phase: 'in_exam', count: inPhase('in_exam') },
      { phase: 'awaiting_review', count: reviews?.awaited ?? 0 },
    ],
    reviewsOverdue: reviews?.overdue ?? 0,
    exportRuns,
    recordsHeld: held?.count ?? 0,
    qualificationDrafts,
  };
}

function phaseOfUnreviewed(status: AttemptStatus): AttemptPhase {
  return phaseOf({ status, takingAsProctored: false, isSampleAttempt: false });
}

/** The statuses whose phase is open or in exam, whatever else an attempt is. */
const BEFORE_END = ATTEMPT_STATUSES.filter((status) => ['open', 'in_exam'].includes(phaseOfUnreviewed(status)));

const secondsSince = (column: string): string =>
  `cast(coalesce(greatest(0, extract(epoch from clock_timestamp() - ${column})), 0) as float8)`;

export const EFFECTS_DUE = `
  select split_part(name, '.', 1) as service, cast(count(*) as float8) as count, ${secondsSince('min(created_at)')} as "oldestSeconds"
  from (select name, created_at from effects where state in ('due', 'in_flight') order by touched_at limit :most) e
  group by 1`;

export const EFFECTS_FAILED = `
  select split_part(name, '.', 1) as service, cast(count(*) as float8) as count
  from (select name from effects where state = 'failed' order by id limit :most) e group by 1`;

export const CALLBACKS_WAITING = `
  select cast(count(*) as float8) as count, ${secondsSince('min(inserted_at)')} as "oldestSeconds"
  from (select inserted_at from review_inbox where state = 'received' order by id limit :most) i`;

export const ATTEMPTS_BEFORE_END = `
  select s.status, c.count from unnest(cast(:statuses as text[])) s(status)
  cross join lateral (select cast(count(*) as float8) as count
    from (select 1 from attempts a where a.status = s.status order by a.created_at desc limit :most) found) c`;

/** The condition of attempts_review_due_idx: the phase `awaiting_review` of the domain. */
export const REVIEWS_AWAITED = `
  select cast(count(*) as float8) as awaited, cast(count(*) filter (where review_due_at < clock_timestamp()) as float8) as overdue
  from (select review_due_at from attempts
    where status = 'second_review_required'
      or (status = 'submitted' and taking_as_proctored and not is_sample_attempt)
    order by review_due_at limit :most) a`;

export const OPEN_RUNS = `
  select status as state, cast(count(*) as float8) as count, ${secondsSince('min(modified_at)')} as "idleSeconds"
  from (select status, modified_at from export_runs where status in ('queued', 'running', 'paused')
    order by id limit :most) r
  group by status`;

export const RECORDS_HELD = `
  select cast(count(*) as float8) as count from (select 1 from transmissions where state = 'held' limit :most) t`;

/** By qualification_drafts_open_idx, which holds no other drafts. */
export const OPEN_DRAFTS = `
  select state, cast(count(*) as float8) as count, ${secondsSince('min(changed_at)')} as "oldestSeconds"
  from (select state, changed_at from qualification_drafts where state in ('choosing', 'computing', 'ready', 'failed')
    order by changed_at limit :most) d group by state`;
