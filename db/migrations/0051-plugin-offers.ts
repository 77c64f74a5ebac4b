import type { Knex } from 'knex';

/** Which rules of qualification each process offers: API and workers must agree, or a draft is made that nobody can work out. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table qualification_plugin_offers (
      process_id text primary key,
      role text not null check (role in ('api', 'worker')),
      plugins text not null,
      seen_at timestamptz not null
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table qualification_plugin_offers');
}
