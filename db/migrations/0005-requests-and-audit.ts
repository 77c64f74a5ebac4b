import type { Knex } from 'knex';

/** Answers kept for repeated requests, and who did what. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table idempotency_keys (
      key text not null,
      principal text not null,
      fingerprint text not null,
      command_id text not null,
      state text not null check (state in ('running', 'done')),
      lock_token uuid not null,
      locked_until timestamptz not null,
      status integer,
      headers jsonb,
      body jsonb,
      expires_at timestamptz not null,
      primary key (key, principal)
    );
    create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);
    create table audit_log (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor text not null,
      scope text not null,
      action text not null,
      object text not null,
      request_id text not null,
      detail jsonb
    );
    create index audit_log_object_idx on audit_log (object, id desc);
    create index audit_log_actor_idx on audit_log (actor, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table audit_log, idempotency_keys');
}
