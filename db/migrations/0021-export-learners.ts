import type { Knex } from 'knex';

/**
 * Who belongs to a customer, in what they are enrolled and what they agreed to. Names and addresses may be missing (an
 * account that is gone); those of the table learners count then. Course runs are compared by bytes, so that the order of
 * an export is the same on every installation.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table customer_learners (
      customer_id text not null references customers (id),
      user_id text not null,
      active boolean not null,
      linked boolean not null,
      user_exists boolean not null,
      username text,
      email text,
      remote_id text,
      primary key (customer_id, user_id)
    );
    create table enrollments (
      customer_id text not null,
      id bigint not null,
      user_id text not null,
      course_run_id text collate "C" not null,
      course_key text,
      mode text,
      is_active boolean not null,
      primary key (customer_id, id),
      foreign key (customer_id, user_id) references customer_learners (customer_id, user_id)
    );
    create index enrollments_order_idx on enrollments (customer_id, course_run_id, id);
    create index enrollments_user_idx on enrollments (customer_id, user_id);
    create table consents (
      customer_id text not null references customers (id),
      user_id text not null,
      course_id text not null,
      granted boolean not null,
      primary key (customer_id, user_id, course_id)
    );
    create table click_throughs (
      customer_id text not null references customers (id),
      user_id text not null,
      course_key text not null,
      user_guid text not null,
      session_token text not null,
      callback_url text not null,
      subdomain text not null,
      primary key (customer_id, user_id, course_key)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table click_throughs, consents, enrollments, customer_learners');
}
