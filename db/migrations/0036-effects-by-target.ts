import type { Knex } from 'knex';

/**
 * What is due on a target is looked up by the target alone. Partial indexes on the state hold an entry of every effect since
 * the last vacuum, and the planner, whose numbers are older still, takes them for nearly empty: decisions grew slower with
 * every one made.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index effects_target_idx; drop index effects_replace_idx');
  await knex.raw('create index effects_target_idx on effects (target, id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index effects_target_idx;
    create index effects_target_idx on effects (target, id) where state in ('due', 'in_flight', 'failed');
    create index effects_replace_idx on effects (target, replace_group, id) where replace_group is not null`);
}
