import type { Knex } from 'knex';

/** A write that travels together with the COMMIT has to fail by itself when the row is not as it was judged. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function fail_stale_row(attempt_id uuid) returns integer language plpgsql as $$
    begin
      raise exception 'Attempt % is not as it was judged', attempt_id using errcode = 'IN001';
    end $$`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function fail_stale_row');
}
