import type { Knex } from 'knex';

/**
 * Who qualifies for the final exam: what platforms send, the drafts people make, and the statuses they save. Students carry no
 * foreign key to learners, and saved rows none to students: a decision stays as it was whatever becomes of its people.
 * The columns salt, leaf, hash and previous_hash and the table qualification_notices wait for sealing and notices.
 */
export async function up(knex: Knex): Promise<void> {
  await createPlaces(knex);
  await createResults(knex);
  await createDrafts(knex);
  await createStatuses(knex);
  await createMarks(knex);
  await knex.raw(`alter table exams add column requires_qualification jsonb`);
}

async function createPlaces(knex: Knex): Promise<void> {
  await knex.raw(`
    create table nodes (
      node_id text primary key,
      parent_id text references nodes (node_id),
      kind text not null check (kind in ('department', 'subject')),
      name text not null,
      language text not null
    );
    create index nodes_parent_id_idx on nodes (parent_id);
    create table administrators (
      object_kind text not null check (object_kind in ('node', 'period')),
      object_id text not null,
      issuer text not null,
      subject text not null,
      primary key (object_kind, object_id, issuer, subject)
    );
    create index administrators_person_idx on administrators (issuer, subject);
    create table deadline_tags (
      tag_id text primary key,
      at timestamptz not null,
      tag varchar(30)
    );
    create table periods (
      period_id text primary key,
      node_id text not null references nodes (node_id),
      short_name text not null,
      long_name text not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      deadline_tag_id text references deadline_tags (tag_id),
      data_version bigint not null default 0
    );
    create index periods_node_id_idx on periods (node_id, period_id);
    create index periods_deadline_tag_id_idx on periods (deadline_tag_id, period_id);
    create table period_imports (
      import_id text primary key,
      period_id text not null references periods (period_id) on delete cascade,
      beat_at timestamptz not null
    );
    create index period_imports_period_id_idx on period_imports (period_id, beat_at);
  `);
}

async function createResults(knex: Knex): Promise<void> {
  await knex.raw(`
    create table period_assignments (
      period_id text not null references periods (period_id) on delete cascade,
      assignment_id text not null,
      short_name text not null,
      long_name text not null,
      published_at timestamptz not null,
      max_points integer not null,
      passing_points integer not null,
      mapper text,
      primary key (period_id, assignment_id)
    );
    create table period_students (
      period_id text not null references periods (period_id) on delete cascade,
      user_id text collate "C" not null,
      related boolean not null,
      candidate_id text,
      tags text[] not null default '{}',
      primary key (period_id, user_id)
    );
    create table period_groups (
      period_id text not null,
      group_id bigint not null,
      assignment_id text not null,
      is_open boolean not null,
      deadlines jsonb not null,
      state smallint not null,
      points integer,
      passing boolean,
      grade text,
      last_deadline_at timestamptz,
      primary key (period_id, group_id),
      foreign key (period_id, assignment_id) references period_assignments on delete cascade
    );
    create index period_groups_assignment_id_idx on period_groups (period_id, assignment_id);
    create table period_group_members (
      period_id text not null,
      user_id text collate "C" not null,
      group_id bigint not null,
      primary key (period_id, user_id, group_id),
      foreign key (period_id, group_id) references period_groups on delete cascade
    );
    create index period_group_members_group_id_idx on period_group_members (period_id, group_id);
  `);
}

async function createDrafts(knex: Knex): Promise<void> {
  await knex.raw(`
    create table qualification_commands (
      command_id text primary key,
      period_id text not null,
      draft_id text,
      type text not null,
      request jsonb not null,
      by text not null,
      because text not null,
      reason text,
      request_id text not null,
      at timestamptz not null,
      outcome jsonb
    );
    create index qualification_commands_draft_id_idx on qualification_commands (draft_id);
    create table qualification_drafts (
      draft_id text primary key,
      period_id text not null references periods (period_id),
      state text not null check (state in ('choosing', 'computing', 'ready', 'failed', 'saved', 'discarded', 'expired')),
      version integer not null,
      plugin_id text,
      plugin_version integer,
      settings jsonb,
      created_by text not null,
      created_at timestamptz not null,
      changed_by text not null,
      changed_at timestamptz not null,
      based_on_seq integer,
      data_version bigint,
      preview jsonb,
      hash text,
      failure text,
      saved_seq integer
    );
    create index qualification_drafts_period_id_idx on qualification_drafts (period_id, created_at desc, draft_id desc);
    create index qualification_drafts_open_idx on qualification_drafts (changed_at)
      where state in ('choosing', 'computing', 'ready', 'failed');
    create index qualification_drafts_ended_idx on qualification_drafts (changed_at)
      where state in ('saved', 'discarded', 'expired');
    create table qualification_draft_chunks (
      draft_id text not null references qualification_drafts (draft_id) on delete cascade,
      chunk integer not null,
      first_user_id text collate "C" not null,
      students integer not null,
      content bytea not null,
      primary key (draft_id, chunk)
    );
  `);
}

async function createStatuses(knex: Knex): Promise<void> {
  await knex.raw(`
    create table qualification_statuses (
      status_id bigint generated always as identity primary key,
      period_id text not null references periods (period_id),
      seq integer not null,
      status text not null check (status in ('ready', 'almostready', 'notready')),
      message text not null,
      at timestamptz not null,
      by text not null,
      because text not null,
      request_id text not null,
      command_id text not null unique,
      plugin jsonb,
      settings jsonb,
      draft_id text,
      assignments jsonb not null,
      qualify integer not null,
      fail integer not null,
      undecided integer not null,
      data_version bigint not null,
      previous_hash text,
      hash text,
      unique (period_id, seq)
    );
    create table qualification_rows (
      status_id bigint not null references qualification_statuses (status_id),
      position integer not null,
      user_id text collate "C" not null,
      qualifies boolean,
      ruled boolean not null,
      reason jsonb not null,
      points integer[] not null,
      state smallint[] not null,
      group_ids bigint[] not null,
      salt text,
      leaf text,
      primary key (status_id, position)
    );
    create index qualification_rows_user_id_idx on qualification_rows (user_id, status_id);
    create unique index qualification_rows_student_idx on qualification_rows (status_id, user_id) where user_id <> '';
  `);
}

async function createMarks(knex: Knex): Promise<void> {
  await knex.raw(`
    create table qualification_active (
      period_id text primary key references periods (period_id),
      status_id bigint not null references qualification_statuses (status_id)
    );
    create table qualification_exports (
      export_id bigint generated always as identity primary key,
      status_id bigint not null references qualification_statuses (status_id),
      at timestamptz not null,
      system text,
      note text,
      by text not null,
      request_id text not null,
      command_id text not null unique
    );
    create index qualification_exports_status_id_idx on qualification_exports (status_id);
    create table qualification_notices (
      key text primary key,
      status_id bigint not null references qualification_statuses (status_id),
      event text not null,
      target text not null,
      state text not null default 'due',
      tries integer not null default 0,
      last_error text,
      due_at timestamptz not null default clock_timestamp()
    );
    create index qualification_notices_status_id_idx on qualification_notices (status_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table exams drop column requires_qualification;
    drop table qualification_notices, qualification_exports, qualification_active, qualification_rows, qualification_statuses,
      qualification_draft_chunks, qualification_drafts, qualification_commands, period_group_members, period_groups,
      period_students, period_assignments, period_imports, periods, deadline_tags, administrators, nodes`);
}
