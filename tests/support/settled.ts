import type { Knex } from 'knex';

/** True when nothing of a course is left to be done: no effect, no callback to apply, no exam to tell its provider. */
export async function isSettled(knex: Knex, courseId: string, examIds: readonly number[]): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { open: boolean }[] }>(
    `select exists (select 1 from effects where course_id = :courseId and state in ('due', 'in_flight'))
       or exists (select 1 from review_inbox where exam_id = any(:examIds) and state = 'received')
       or exists (select 1 from exam_saves where course_id = :courseId and state = 'due') as open`,
    { courseId, examIds: [...examIds] },
  );
  return rows[0]?.open === false;
}

/** The newest callback about these exams. */
export async function newestCallback(knex: Knex, examIds: readonly number[]): Promise<number> {
  const { rows } = await knex.raw<{ rows: { id: string }[] }>(
    'select coalesce(max(id), 0) as id from review_inbox where exam_id = any(?)',
    [[...examIds]],
  );
  return Number(rows[0]?.id ?? 0);
}

/** Why a callback that was stored later was refused by the workflow; undefined when none was. */
export async function refusedSince(
  knex: Knex,
  examIds: readonly number[],
  callback: number,
): Promise<string | undefined> {
  const { rows } = await knex.raw<{ rows: { reason: string | null }[] }>(
    `select reason from review_inbox where exam_id = any(:examIds) and id > :callback and state = 'refused' limit 1`,
    { examIds: [...examIds], callback },
  );
  return rows[0] && (rows[0].reason ?? 'refused');
}
