import type { Knex } from 'knex';

/**
 * What a person said of a held transmission. A row is held seldom, so the index of those still waiting holds few entries
 * and finds them among however many others.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table transmissions add column resolved_as text
      check (resolved_as is null or (resolved_as = 'sent' and state = 'sent') or (resolved_as = 'not-sent' and state = 'failed'));
    create index transmissions_held_idx on transmissions (customer_id, id desc) where state = 'held'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index transmissions_held_idx;
    alter table transmissions drop column resolved_as`);
}
