import type { Knex } from 'knex';

/** What the rows say once it is over. */
export interface DueDateOutcome {
  /** From the due date to the moment the row said so, by the database's clock. */
  latenessMs: number[];
  /** Attempts that are not over, or not completed at the due date, or left an effect undone. */
  failed: number;
}

export async function countOver(knex: Knex, examId: number): Promise<number> {
  const [row] = await knex('attempts').where({ exam_id: examId }).whereIn('status', OVER).count();
  return Number(row?.['count'] ?? 0);
}

export async function countPending(knex: Knex, examId: number): Promise<number> {
  const [row] = await knex('effects').where({ exam_id: examId }).whereIn('state', ['due', 'in_flight']).count();
  return Number(row?.['count'] ?? 0);
}

export async function outcomeOf(
  knex: Knex,
  examId: number,
  due: { date: Date; wallMs: number },
): Promise<DueDateOutcome> {
  const { rows } = await knex.raw<{ rows: { touchedAt: Date; ended: boolean }[] }>(ROWS, {
    examId,
    date: due.date,
    over: OVER,
  });
  return {
    latenessMs: rows.filter(({ ended }) => ended).map(({ touchedAt }) => touchedAt.getTime() - due.wallMs),
    failed: rows.filter(({ ended }) => !ended).length,
  };
}

/** Under `current` a time-out hands the attempt in. */
const OVER = ['timed_out', 'submitted'];

const ROWS = `
  select a.touched_at as "touchedAt", a.status = any(:over) and a.completed_at is not distinct from :date
    and not exists (select 1 from effects e where e.attempt_id = a.id and e.state <> 'done')
    and exists (select 1 from effects e where e.attempt_id = a.id) as ended
  from attempts a where a.exam_id = :examId`;
