import type { Knex } from 'knex';

/**
 * Every change of an attempt says who made it and why, an attempt names the provider it belongs to, and a deadline that has
 * passed is found by its instant. Three parts, as three questions are asked: who and why, with whom, when.
 */
export async function up(knex: Knex): Promise<void> {
  await whoAndWhy(knex);
  await providerOfAttempt(knex);
  await deadlines(knex);
}

/** A command keeps who asked for it and why; the request that brought it is found by the command's id. */
async function whoAndWhy(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table commands add column version integer, add column "by" text not null default 'unknown',
      add column because text, add column reason text, add column request_id text;
    update commands set because = type;
    create index commands_attempt_idx on commands (attempt_id, at) where attempt_id is not null;
    alter table idempotency_keys add column "by" text, add column reason text, add column request_id text;
    create index idempotency_keys_command_idx on idempotency_keys (command_id);
    alter table exams add column version integer not null default 1;
  `);
}

/** The provider that registered an attempt; of one nobody registered, the one whose rules count: its exam's or its course's. */
async function providerOfAttempt(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts add column provider text;
    alter table attempt_archive add column provider text;
  `);
}

/** The instant, by the wall clock, at which an incomplete attempt is over. */
async function deadlines(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts add column deadline_at timestamptz;
    create index attempts_deadline_idx on attempts (deadline_at) where deadline_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts drop column deadline_at, drop column provider;
    alter table attempt_archive drop column provider;
    alter table exams drop column version;
    drop index commands_attempt_idx, idempotency_keys_command_idx;
    alter table idempotency_keys drop column "by", drop column reason, drop column request_id;
    alter table commands drop column version, drop column "by", drop column because, drop column reason,
      drop column request_id;
  `);
}
