import type { Knex } from 'knex';
import { queryRows, writeRows } from '../core/query';

/** The courses service's answers for these runs during this export; null = it has no such run. Absent = not requested yet. */
export async function courseAnswers(
  knex: Knex,
  runId: string,
  courseRunIds: readonly string[],
): Promise<Map<string, unknown>> {
  if (courseRunIds.length === 0) return new Map();
  const rows = await queryRows<{ courseRunId: string; answer: unknown }>(
    knex,
    `select course_run_id as "courseRunId", answer from export_run_courses
     where run_id = :runId and course_run_id = any(:courseRunIds)`,
    { runId, courseRunIds: [...courseRunIds] },
  );
  return new Map(rows.map(({ courseRunId, answer }) => [courseRunId, answer]));
}

/** Stores answers for the rest of the run; the first one stays. */
export async function storeCourseAnswers(
  knex: Knex,
  runId: string,
  answers: ReadonlyMap<string, unknown>,
): Promise<void> {
  if (answers.size === 0) return;
  const rows = [...answers].map(([courseRunId, answer]) => ({ courseRunId, answer }));
  await writeRows(
    knex,
    `insert into export_run_courses (run_id, course_run_id, answer)
     select :runId, r."courseRunId", nullif(r.answer, 'null'::jsonb)
     from json_to_recordset(cast(:rows as json)) as r("courseRunId" text, answer jsonb)
     order by 2 on conflict do nothing`,
    { runId, rows: JSON.stringify(rows) },
  );
}
