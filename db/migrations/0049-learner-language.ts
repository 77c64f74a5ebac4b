import type { Knex } from 'knex';

/** The language a learner's mails are written in; null: the installation's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table learners add column language text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table learners drop column language');
}
