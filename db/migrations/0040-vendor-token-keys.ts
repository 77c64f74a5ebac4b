import type { Knex } from 'knex';

/**
 * Keys that vendors' tokens are signed with. The newest one signs; the one before it still verifies, so that tokens signed
 * before a rotation live to their end. Private keys are sealed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table vendor_token_keys (
      id bigint generated always as identity primary key,
      kid text not null unique,
      public_jwk jsonb not null,
      private_jwk text not null,
      created_at timestamptz not null
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table vendor_token_keys');
}
