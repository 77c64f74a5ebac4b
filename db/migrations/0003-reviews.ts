import type { Knex } from 'knex';

/** Vendors' reviews: the inbox as they came, and what was made of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table review_inbox (
      id bigint generated always as identity primary key,
      provider text not null,
      attempt_code text not null,
      attempt_id uuid,
      body jsonb not null,
      body_hash text not null,
      state text not null default 'received' check (state in ('received', 'applied', 'refused')),
      reason text,
      received_at timestamptz not null,
      applied_at timestamptz,
      inserted_at timestamptz not null default clock_timestamp()
    );
    create index review_inbox_received_idx on review_inbox (inserted_at) where state = 'received';
    create index review_inbox_attempt_idx on review_inbox (attempt_code, body_hash, received_at desc);
    create table reviews (
      id bigint generated always as identity primary key,
      attempt_code text not null,
      attempt_id uuid not null,
      exam_id integer not null,
      user_id text not null,
      course_id text not null,
      provider text not null,
      review_status text not null,
      video_url text,
      reviewed_by text,
      raw_data jsonb not null,
      is_attempt_archived boolean not null default false,
      inbox_id bigint,
      created_at timestamptz not null,
      modified_at timestamptz not null
    );
    create index reviews_attempt_code_idx on reviews (attempt_code, id desc);
    create index reviews_course_id_idx on reviews (course_id, id desc);
    create table review_comments (
      id bigint generated always as identity primary key,
      review_id bigint not null references reviews (id) on delete cascade,
      start_time integer,
      stop_time integer,
      duration integer,
      comment text not null,
      status text not null
    );
    create index review_comments_review_id_idx on review_comments (review_id, id);
    create table review_history (
      id bigint generated always as identity primary key,
      review_id bigint not null,
      attempt_code text not null,
      review_status text not null,
      video_url text,
      reviewed_by text,
      raw_data jsonb not null,
      archived_at timestamptz not null
    );
    create index review_history_attempt_code_idx on review_history (attempt_code, id desc);
    create index review_history_review_id_idx on review_history (review_id, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table review_history, review_comments, reviews, review_inbox');
}
