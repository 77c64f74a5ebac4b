import type { Knex } from 'knex';

/** The columns both tables share: an archived row is the row as it was. Frozen here, as any migration. */
const ATTEMPT_COLUMNS = `
  code text not null,
  number integer not null,
  course_id text not null,
  user_id text not null,
  student_name text not null,
  status text not null,
  taking_as_proctored boolean not null,
  is_sample_attempt boolean not null,
  external_id text,
  allowed_time_limit_mins integer,
  started_at timestamptz,
  completed_at timestamptz,
  time_remaining_seconds integer,
  is_resumable boolean not null,
  ready_to_resume boolean not null,
  resumed boolean not null,
  is_current boolean not null,
  review_due_at timestamptz,
  version integer not null,
  created_at timestamptz not null,
  modified_at timestamptz not null`;

const STATUS_CHECK = `check (status in (
  'eligible', 'created', 'download_software_clicked', 'ready_to_start', 'started', 'ready_to_submit', 'declined',
  'timed_out', 'submitted', 'second_review_required', 'verified', 'rejected', 'error', 'expired', 'onboarding_reset',
  'onboarding_missing', 'onboarding_pending', 'onboarding_failed', 'onboarding_expired', 'not_reviewed'))`;

/** Live attempts and their past. `touched_at` is the wall clock of the last write, for the relay only. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table attempts (
      id uuid primary key,
      exam_id integer not null references exams (id),
      ${ATTEMPT_COLUMNS},
      confirmed_version integer not null default 0,
      needs_attention text,
      touched_at timestamptz not null default clock_timestamp(),
      constraint attempts_status_check ${STATUS_CHECK},
      unique (exam_id, user_id, number)
    );
    create unique index attempts_one_current_idx on attempts (exam_id, user_id) where is_current;
    create index attempts_code_idx on attempts (code);
    create index attempts_external_id_idx on attempts (lower(external_id)) where external_id is not null;
    create index attempts_created_at_idx on attempts (created_at desc, id desc);
    create index attempts_course_id_idx on attempts (course_id, created_at desc, id desc);
    create index attempts_exam_id_idx on attempts (exam_id, created_at desc, id desc);
    create index attempts_user_id_idx on attempts (user_id, created_at desc, id desc);
    create index attempts_status_idx on attempts (status, created_at desc, id desc);
    create index attempts_needs_attention_idx on attempts (created_at desc, id desc) where needs_attention is not null;
    create index attempts_unconfirmed_idx on attempts (touched_at) where confirmed_version < version;
    create table attempt_archive (
      id bigint generated always as identity primary key,
      attempt_id uuid not null,
      exam_id integer not null,
      ${ATTEMPT_COLUMNS},
      archived_at timestamptz not null,
      reason text not null check (reason in ('status-changed', 'removed'))
    );
    create index attempt_archive_attempt_id_idx on attempt_archive (attempt_id, id desc);
    create index attempt_archive_code_idx on attempt_archive (code, id desc);
    create index attempt_archive_external_id_idx on attempt_archive (lower(external_id)) where external_id is not null;
    create index attempt_archive_number_idx on attempt_archive (exam_id, user_id, number desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table attempt_archive, attempts');
}
