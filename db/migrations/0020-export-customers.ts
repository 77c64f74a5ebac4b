import type { Knex } from 'knex';

/** Whose learners are exported, and where to. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table customers (
      id text primary key,
      name text not null,
      slug text not null,
      enable_audit_enrollment boolean not null,
      enable_audit_data_reporting boolean not null,
      identity_provider text
    );
    create table channel_configurations (
      id bigint generated always as identity primary key,
      customer_id text not null references customers (id),
      channel_id text not null,
      kind text not null,
      base_url text,
      credentials text,
      credential_names text[] not null default '{}',
      limits jsonb not null,
      schedule jsonb,
      in_doubt text not null check (in_doubt in ('hold', 'resend')),
      dry_run boolean not null,
      disabled boolean not null,
      idp_id text,
      transmit_total_hours boolean not null,
      options jsonb not null,
      modified_at timestamptz not null,
      unique (customer_id, channel_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table channel_configurations, customers');
}
