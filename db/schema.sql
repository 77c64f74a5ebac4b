create table administrators (
  object_kind text not null,
  object_id text not null,
  issuer text not null,
  subject text not null,
  constraint administrators_pkey PRIMARY KEY (object_kind, object_id, issuer, subject),
  constraint administrators_object_kind_check CHECK ((object_kind = ANY (ARRAY['node'::text, 'period'::text])))
);
CREATE INDEX administrators_person_idx ON public.administrators USING btree (issuer, subject);

create table allowances (
  exam_id integer not null,
  user_id text not null,
  key text not null,
  value text not null,
  constraint allowances_pkey PRIMARY KEY (exam_id, user_id, key),
  constraint allowances_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES exams(id) ON DELETE CASCADE
);

create table attempt_archive (
  id bigint generated always as identity not null,
  attempt_id uuid not null,
  exam_id integer not null,
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
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  time_remaining_seconds integer,
  is_resumable boolean not null,
  ready_to_resume boolean not null,
  resumed boolean not null,
  is_current boolean not null,
  review_due_at timestamp with time zone,
  version integer not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  archived_at timestamp with time zone not null,
  reason text not null,
  provider text,
  constraint attempt_archive_pkey PRIMARY KEY (id),
  constraint attempt_archive_reason_check CHECK ((reason = ANY (ARRAY['status-changed'::text, 'removed'::text])))
);
CREATE INDEX attempt_archive_attempt_id_idx ON public.attempt_archive USING btree (attempt_id, id DESC);
CREATE INDEX attempt_archive_code_idx ON public.attempt_archive USING btree (code, id DESC);
CREATE INDEX attempt_archive_external_id_idx ON public.attempt_archive USING btree (lower(external_id)) WHERE (external_id IS NOT NULL);
CREATE INDEX attempt_archive_number_idx ON public.attempt_archive USING btree (exam_id, user_id, number DESC);

create table attempts (
  id uuid not null,
  exam_id integer not null,
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
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  time_remaining_seconds integer,
  is_resumable boolean not null,
  ready_to_resume boolean not null,
  resumed boolean not null,
  is_current boolean not null,
  review_due_at timestamp with time zone,
  version integer not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  confirmed_version integer not null default 0,
  needs_attention text,
  touched_at timestamp with time zone not null default clock_timestamp(),
  provider text,
  deadline_at timestamp with time zone,
  attention_reasons text[] not null default '{}'::text[],
  constraint attempts_pkey PRIMARY KEY (id),
  constraint attempts_exam_id_user_id_number_key UNIQUE (exam_id, user_id, number),
  constraint attempts_status_check CHECK ((status = ANY (ARRAY['eligible'::text, 'created'::text, 'download_software_clicked'::text, 'ready_to_start'::text, 'started'::text, 'ready_to_submit'::text, 'declined'::text, 'timed_out'::text, 'submitted'::text, 'second_review_required'::text, 'verified'::text, 'rejected'::text, 'error'::text, 'expired'::text, 'onboarding_reset'::text, 'onboarding_missing'::text, 'onboarding_pending'::text, 'onboarding_failed'::text, 'onboarding_expired'::text, 'not_reviewed'::text]))),
  constraint attempts_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES exams(id)
);
CREATE INDEX attempts_attention_idx ON public.attempts USING btree (created_at DESC, id DESC) WHERE (attention_reasons <> '{}'::text[]);
CREATE INDEX attempts_code_idx ON public.attempts USING btree (code);
CREATE INDEX attempts_course_id_idx ON public.attempts USING btree (course_id, created_at DESC, id DESC);
CREATE INDEX attempts_created_at_idx ON public.attempts USING btree (created_at DESC, id DESC);
CREATE INDEX attempts_deadline_idx ON public.attempts USING btree (deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX attempts_exam_id_idx ON public.attempts USING btree (exam_id, created_at DESC, id DESC);
CREATE INDEX attempts_external_id_idx ON public.attempts USING btree (lower(external_id)) WHERE (external_id IS NOT NULL);
CREATE UNIQUE INDEX attempts_one_current_idx ON public.attempts USING btree (exam_id, user_id) WHERE is_current;
CREATE INDEX attempts_review_due_idx ON public.attempts USING btree (review_due_at) WHERE ((status = 'second_review_required'::text) OR ((status = 'submitted'::text) AND taking_as_proctored AND (NOT is_sample_attempt)));
CREATE INDEX attempts_review_overdue_idx ON public.attempts USING btree (review_due_at) WHERE ((review_due_at IS NOT NULL) AND (NOT ('review-overdue'::text = ANY (attention_reasons))));
CREATE INDEX attempts_status_idx ON public.attempts USING btree (status, created_at DESC, id DESC);
CREATE INDEX attempts_unconfirmed_idx ON public.attempts USING btree (touched_at) WHERE ((confirmed_version < version) AND (((started_at IS NOT NULL) AND (status = ANY (ARRAY['created'::text, 'download_software_clicked'::text, 'ready_to_start'::text, 'started'::text, 'ready_to_submit'::text, 'eligible'::text]))) OR ((review_due_at IS NOT NULL) AND (status = ANY (ARRAY['submitted'::text, 'second_review_required'::text])))));
CREATE INDEX attempts_user_id_idx ON public.attempts USING btree (user_id, created_at DESC, id DESC);

create table audit_log (
  id bigint generated always as identity not null,
  at timestamp with time zone not null,
  actor text not null,
  scope text not null,
  action text not null,
  object text not null,
  request_id text not null,
  detail jsonb,
  reason text,
  constraint audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_action_at_idx ON public.audit_log USING btree (action, at DESC, id DESC);
CREATE INDEX audit_log_actor_at_idx ON public.audit_log USING btree (actor, at DESC, id DESC);
CREATE INDEX audit_log_at_idx ON public.audit_log USING btree (at DESC, id DESC);
CREATE INDEX audit_log_object_at_idx ON public.audit_log USING btree (object, at DESC, id DESC);

create table channel_configurations (
  id bigint generated always as identity not null,
  customer_id text not null,
  channel_id text not null,
  kind text not null,
  base_url text,
  credentials text,
  credential_names text[] not null default '{}'::text[],
  limits jsonb not null,
  schedule jsonb,
  in_doubt text not null,
  dry_run boolean not null,
  disabled boolean not null,
  idp_id text,
  transmit_total_hours boolean not null,
  options jsonb not null,
  modified_at timestamp with time zone not null,
  constraint channel_configurations_pkey PRIMARY KEY (id),
  constraint channel_configurations_customer_id_channel_id_key UNIQUE (customer_id, channel_id),
  constraint channel_configurations_in_doubt_check CHECK ((in_doubt = ANY (ARRAY['hold'::text, 'resend'::text]))),
  constraint channel_configurations_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);

create table click_throughs (
  customer_id text not null,
  user_id text not null,
  course_key text not null,
  user_guid text not null,
  session_token text not null,
  callback_url text not null,
  subdomain text not null,
  constraint click_throughs_pkey PRIMARY KEY (customer_id, user_id, course_key),
  constraint click_throughs_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);

create table commands (
  command_id text not null,
  type text not null,
  exam_id integer not null,
  user_id text not null,
  attempt_number integer not null,
  attempt_id uuid,
  state text not null,
  question jsonb,
  new_attempt jsonb,
  answers jsonb not null default '{}'::jsonb,
  result jsonb,
  at timestamp with time zone not null,
  version integer,
  by text not null default 'unknown'::text,
  because text,
  reason text,
  request_id text,
  asked_until timestamp with time zone,
  constraint commands_pkey PRIMARY KEY (command_id),
  constraint commands_state_check CHECK ((state = ANY (ARRAY['asking'::text, 'applied'::text])))
);
CREATE INDEX commands_asking_idx ON public.commands USING btree (exam_id, user_id) WHERE (state = 'asking'::text);
CREATE INDEX commands_at_idx ON public.commands USING btree (at DESC, command_id DESC);
CREATE INDEX commands_attempt_idx ON public.commands USING btree (attempt_id, at) WHERE (attempt_id IS NOT NULL);
CREATE INDEX commands_by_idx ON public.commands USING btree (by, at DESC, command_id DESC);
CREATE INDEX commands_owner_idx ON public.commands USING btree (exam_id, user_id, attempt_number);
CREATE INDEX commands_rare_idx ON public.commands USING btree (type, at DESC, command_id DESC) WHERE (type = ANY (ARRAY['remove'::text, 'setReview'::text, 'retryEffect'::text, 'declineByCascade'::text, 'markReadyToResume'::text, 'adjustTime'::text]));

create table consents (
  customer_id text not null,
  user_id text not null,
  course_id text not null,
  granted boolean not null,
  constraint consents_pkey PRIMARY KEY (customer_id, user_id, course_id),
  constraint consents_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);

create table course_publishes (
  command_id text not null,
  course_id text not null,
  result jsonb not null,
  at timestamp with time zone not null,
  constraint course_publishes_pkey PRIMARY KEY (command_id)
);
CREATE INDEX course_publishes_course_id_idx ON public.course_publishes USING btree (course_id, at DESC);

create table courses (
  course_id text not null,
  name text not null,
  end_at timestamp with time zone,
  proctoring_provider text,
  escalation_email text,
  clock_offset_ms bigint not null default 0,
  clock_frozen_at timestamp with time zone,
  constraint courses_pkey PRIMARY KEY (course_id)
);

create table customer_learners (
  customer_id text not null,
  user_id text not null,
  active boolean not null,
  linked boolean not null,
  user_exists boolean not null,
  username text,
  email text,
  remote_id text,
  constraint customer_learners_pkey PRIMARY KEY (customer_id, user_id),
  constraint customer_learners_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);

create table customers (
  id text not null,
  name text not null,
  slug text not null,
  enable_audit_enrollment boolean not null,
  enable_audit_data_reporting boolean not null,
  identity_provider text,
  constraint customers_pkey PRIMARY KEY (id)
);

create table deadline_tags (
  tag_id text not null,
  at timestamp with time zone not null,
  tag character varying(30),
  constraint deadline_tags_pkey PRIMARY KEY (tag_id)
);

create table effects (
  id bigint generated always as identity not null,
  key text not null,
  attempt_id uuid not null,
  version integer not null,
  name text not null,
  target text not null,
  replace_group text,
  owner_exam_id integer not null,
  owner_user_id text not null,
  owner_attempt_number integer not null,
  exam_id integer not null,
  user_id text not null,
  course_id text not null,
  content_id text not null,
  action jsonb not null,
  state text not null,
  detail text,
  tries integer not null default 0,
  last_error text,
  lease_until timestamp with time zone,
  created_at timestamp with time zone not null,
  touched_at timestamp with time zone not null default clock_timestamp(),
  done_at timestamp with time zone,
  constraint effects_pkey PRIMARY KEY (id),
  constraint effects_key_key UNIQUE (key),
  constraint effects_replace_group_check CHECK ((replace_group = ANY (ARRAY['credit'::text, 'grades'::text]))),
  constraint effects_state_check CHECK ((state = ANY (ARRAY['due'::text, 'in_flight'::text, 'done'::text, 'failed'::text, 'skipped'::text, 'superseded'::text])))
);
CREATE INDEX effects_attempt_idx ON public.effects USING btree (attempt_id, id);
CREATE INDEX effects_failed_idx ON public.effects USING btree (id) WHERE (state = 'failed'::text);
CREATE INDEX effects_owner_idx ON public.effects USING btree (owner_exam_id, owner_user_id, owner_attempt_number, id) WHERE (state = ANY (ARRAY['due'::text, 'in_flight'::text]));
CREATE INDEX effects_pending_idx ON public.effects USING btree (attempt_id) WHERE (state = ANY (ARRAY['due'::text, 'in_flight'::text, 'failed'::text]));
CREATE INDEX effects_target_idx ON public.effects USING btree (target, id);
CREATE INDEX effects_touched_idx ON public.effects USING btree (touched_at) WHERE (state = ANY (ARRAY['due'::text, 'in_flight'::text]));

create table enrollments (
  customer_id text not null,
  id bigint not null,
  user_id text not null,
  course_run_id text collate "C" not null,
  course_key text,
  mode text,
  is_active boolean not null,
  constraint enrollments_pkey PRIMARY KEY (customer_id, id),
  constraint enrollments_customer_id_user_id_fkey FOREIGN KEY (customer_id, user_id) REFERENCES customer_learners(customer_id, user_id)
);
CREATE INDEX enrollments_order_idx ON public.enrollments USING btree (customer_id, course_run_id, id);
CREATE INDEX enrollments_user_idx ON public.enrollments USING btree (customer_id, user_id);

create table exam_saves (
  exam_id integer not null,
  course_id text not null,
  provider text not null,
  is_active boolean not null,
  command_id text not null,
  state text not null,
  tries integer not null default 0,
  last_error text,
  lease_until timestamp with time zone,
  due_at timestamp with time zone not null default clock_timestamp(),
  constraint exam_saves_pkey PRIMARY KEY (exam_id),
  constraint exam_saves_state_check CHECK ((state = ANY (ARRAY['due'::text, 'done'::text, 'failed'::text, 'skipped'::text]))),
  constraint exam_saves_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES exams(id) ON DELETE CASCADE
);
CREATE INDEX exam_saves_course_idx ON public.exam_saves USING btree (course_id) WHERE (state = ANY (ARRAY['due'::text, 'failed'::text]));
CREATE INDEX exam_saves_due_idx ON public.exam_saves USING btree (due_at) WHERE (state = 'due'::text);

create table exams (
  id integer generated by default as identity not null,
  course_id text not null,
  content_id text not null,
  exam_name text not null,
  time_limit_mins integer not null,
  due_date timestamp with time zone,
  is_proctored boolean not null default false,
  is_practice_exam boolean not null default false,
  is_onboarding_exam boolean not null default false,
  is_active boolean not null default true,
  hide_after_due boolean not null default false,
  provider text,
  requires_qualification jsonb,
  version integer not null default 1,
  constraint exams_pkey PRIMARY KEY (id),
  constraint exams_course_id_content_id_key UNIQUE (course_id, content_id),
  constraint exams_course_id_fkey FOREIGN KEY (course_id) REFERENCES courses(course_id)
);
CREATE INDEX exams_course_id_id_idx ON public.exams USING btree (course_id, id);

create table export_records (
  run_id bigint not null,
  sequence bigint not null,
  enrollment_id bigint not null,
  user_id text not null,
  course_run_id text not null,
  outcome text not null,
  reason text,
  retryable boolean,
  detail jsonb,
  constraint export_records_pkey PRIMARY KEY (run_id, sequence),
  constraint export_records_run_id_enrollment_id_key UNIQUE (run_id, enrollment_id),
  constraint export_records_check CHECK (((outcome = ANY (ARRAY['skipped'::text, 'failed'::text, 'quarantined'::text])) = (reason IS NOT NULL))),
  constraint export_records_check1 CHECK (((outcome = 'failed'::text) = (retryable IS NOT NULL))),
  constraint export_records_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'unchanged'::text, 'skipped'::text, 'failed'::text, 'quarantined'::text]))),
  constraint export_records_run_id_fkey FOREIGN KEY (run_id) REFERENCES export_runs(id) ON DELETE CASCADE
);
CREATE INDEX export_records_outcome_idx ON public.export_records USING btree (run_id, outcome, sequence);

create table export_run_courses (
  run_id bigint not null,
  course_run_id text not null,
  answer jsonb,
  constraint export_run_courses_pkey PRIMARY KEY (run_id, course_run_id),
  constraint export_run_courses_run_id_fkey FOREIGN KEY (run_id) REFERENCES export_runs(id) ON DELETE CASCADE
);

create table export_runs (
  id bigint generated always as identity not null,
  customer_id text not null,
  configuration_id bigint not null,
  level text not null,
  trigger text not null,
  status text not null,
  phase text not null,
  reason text,
  as_of timestamp with time zone not null,
  dry_run boolean not null,
  skip_transmitted boolean not null,
  single_enrollment_id bigint,
  request jsonb not null,
  cursor jsonb,
  selected bigint,
  not_selected bigint,
  totals jsonb not null default '{}'::jsonb,
  workflow_id text not null,
  command_id text,
  requested_by text,
  created_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  modified_at timestamp with time zone not null,
  attention text,
  constraint export_runs_pkey PRIMARY KEY (id),
  constraint export_runs_level_check CHECK ((level = ANY (ARRAY['completion'::text, 'assessment'::text]))),
  constraint export_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'completed'::text, 'completed-with-errors'::text, 'channel-stopped'::text, 'failed'::text, 'cancelled'::text, 'skipped'::text]))),
  constraint export_runs_trigger_check CHECK ((trigger = ANY (ARRAY['request'::text, 'schedule'::text, 'event'::text]))),
  constraint export_runs_configuration_id_fkey FOREIGN KEY (configuration_id) REFERENCES channel_configurations(id),
  constraint export_runs_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);
CREATE UNIQUE INDEX export_runs_command_idx ON public.export_runs USING btree (command_id) WHERE (command_id IS NOT NULL);
CREATE INDEX export_runs_customer_idx ON public.export_runs USING btree (customer_id, id DESC);
CREATE UNIQUE INDEX export_runs_one_bulk_idx ON public.export_runs USING btree (configuration_id, level, dry_run) WHERE ((single_enrollment_id IS NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text])));
CREATE INDEX export_runs_open_idx ON public.export_runs USING btree (id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text]));

create table idempotency_keys (
  key text not null,
  principal text not null,
  fingerprint text not null,
  command_id text not null,
  state text not null,
  lock_token uuid not null,
  locked_until timestamp with time zone not null,
  status integer,
  headers jsonb,
  body jsonb,
  expires_at timestamp with time zone not null,
  by text,
  reason text,
  request_id text,
  constraint idempotency_keys_pkey PRIMARY KEY (key, principal),
  constraint idempotency_keys_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);
CREATE INDEX idempotency_keys_command_idx ON public.idempotency_keys USING btree (command_id);
CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at);

create table learners (
  user_id text not null,
  username text not null,
  email text not null,
  full_name text not null,
  active boolean not null default true,
  language text,
  constraint learners_pkey PRIMARY KEY (user_id),
  constraint learners_username_key UNIQUE (username)
);
CREATE INDEX learners_email_idx ON public.learners USING btree (lower(email));

create table nodes (
  node_id text not null,
  parent_id text,
  kind text not null,
  name text not null,
  language text not null,
  constraint nodes_pkey PRIMARY KEY (node_id),
  constraint nodes_kind_check CHECK ((kind = ANY (ARRAY['department'::text, 'subject'::text]))),
  constraint nodes_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES nodes(node_id)
);
CREATE INDEX nodes_parent_id_idx ON public.nodes USING btree (parent_id);

create table period_assignments (
  period_id text not null,
  assignment_id text not null,
  short_name text not null,
  long_name text not null,
  published_at timestamp with time zone not null,
  max_points integer not null,
  passing_points integer not null,
  mapper text,
  constraint period_assignments_pkey PRIMARY KEY (period_id, assignment_id),
  constraint period_assignments_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id) ON DELETE CASCADE
);

create table period_group_members (
  period_id text not null,
  user_id text collate "C" not null,
  group_id bigint not null,
  constraint period_group_members_pkey PRIMARY KEY (period_id, user_id, group_id),
  constraint period_group_members_period_id_group_id_fkey FOREIGN KEY (period_id, group_id) REFERENCES period_groups(period_id, group_id) ON DELETE CASCADE
);
CREATE INDEX period_group_members_group_id_idx ON public.period_group_members USING btree (period_id, group_id);

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
  last_deadline_at timestamp with time zone,
  constraint period_groups_pkey PRIMARY KEY (period_id, group_id),
  constraint period_groups_period_id_assignment_id_fkey FOREIGN KEY (period_id, assignment_id) REFERENCES period_assignments(period_id, assignment_id) ON DELETE CASCADE
);
CREATE INDEX period_groups_assignment_id_idx ON public.period_groups USING btree (period_id, assignment_id);

create table period_imports (
  import_id text not null,
  period_id text not null,
  beat_at timestamp with time zone not null,
  constraint period_imports_pkey PRIMARY KEY (import_id),
  constraint period_imports_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id) ON DELETE CASCADE
);
CREATE INDEX period_imports_period_id_idx ON public.period_imports USING btree (period_id, beat_at);

create table period_students (
  period_id text not null,
  user_id text collate "C" not null,
  related boolean not null,
  candidate_id text,
  tags text[] not null default '{}'::text[],
  constraint period_students_pkey PRIMARY KEY (period_id, user_id),
  constraint period_students_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id) ON DELETE CASCADE
);

create table periods (
  period_id text not null,
  node_id text not null,
  short_name text not null,
  long_name text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  deadline_tag_id text,
  data_version bigint not null default 0,
  constraint periods_pkey PRIMARY KEY (period_id),
  constraint periods_deadline_tag_id_fkey FOREIGN KEY (deadline_tag_id) REFERENCES deadline_tags(tag_id),
  constraint periods_node_id_fkey FOREIGN KEY (node_id) REFERENCES nodes(node_id)
);
CREATE INDEX periods_deadline_tag_id_idx ON public.periods USING btree (deadline_tag_id, period_id);
CREATE INDEX periods_node_id_idx ON public.periods USING btree (node_id, period_id);

create table qualification_active (
  period_id text not null,
  status_id bigint not null,
  constraint qualification_active_pkey PRIMARY KEY (period_id),
  constraint qualification_active_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id),
  constraint qualification_active_status_id_fkey FOREIGN KEY (status_id) REFERENCES qualification_statuses(status_id)
);

create table qualification_commands (
  command_id text not null,
  period_id text not null,
  draft_id text,
  type text not null,
  request jsonb not null,
  by text not null,
  because text not null,
  reason text,
  request_id text not null,
  at timestamp with time zone not null,
  outcome jsonb,
  constraint qualification_commands_pkey PRIMARY KEY (command_id)
);
CREATE INDEX qualification_commands_draft_id_idx ON public.qualification_commands USING btree (draft_id);

create table qualification_draft_chunks (
  draft_id text not null,
  chunk integer not null,
  first_user_id text collate "C" not null,
  students integer not null,
  content bytea not null,
  constraint qualification_draft_chunks_pkey PRIMARY KEY (draft_id, chunk),
  constraint qualification_draft_chunks_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES qualification_drafts(draft_id) ON DELETE CASCADE
);

create table qualification_drafts (
  draft_id text not null,
  period_id text not null,
  state text not null,
  version integer not null,
  plugin_id text,
  plugin_version integer,
  settings jsonb,
  created_by text not null,
  created_at timestamp with time zone not null,
  changed_by text not null,
  changed_at timestamp with time zone not null,
  based_on_seq integer,
  data_version bigint,
  preview jsonb,
  hash text,
  failure text,
  saved_seq integer,
  constraint qualification_drafts_pkey PRIMARY KEY (draft_id),
  constraint qualification_drafts_state_check CHECK ((state = ANY (ARRAY['choosing'::text, 'computing'::text, 'ready'::text, 'failed'::text, 'saved'::text, 'discarded'::text, 'expired'::text]))),
  constraint qualification_drafts_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id)
);
CREATE INDEX qualification_drafts_ended_idx ON public.qualification_drafts USING btree (changed_at) WHERE (state = ANY (ARRAY['saved'::text, 'discarded'::text, 'expired'::text]));
CREATE INDEX qualification_drafts_open_idx ON public.qualification_drafts USING btree (changed_at) WHERE (state = ANY (ARRAY['choosing'::text, 'computing'::text, 'ready'::text, 'failed'::text]));
CREATE INDEX qualification_drafts_period_id_idx ON public.qualification_drafts USING btree (period_id, created_at DESC, draft_id DESC);

create table qualification_exports (
  export_id bigint generated always as identity not null,
  status_id bigint not null,
  at timestamp with time zone not null,
  system text,
  note text,
  by text not null,
  request_id text not null,
  command_id text not null,
  constraint qualification_exports_pkey PRIMARY KEY (export_id),
  constraint qualification_exports_command_id_key UNIQUE (command_id),
  constraint qualification_exports_status_id_fkey FOREIGN KEY (status_id) REFERENCES qualification_statuses(status_id)
);
CREATE INDEX qualification_exports_status_id_idx ON public.qualification_exports USING btree (status_id);

create table qualification_notices (
  key text not null,
  status_id bigint not null,
  event text not null,
  target text not null,
  state text not null default 'due'::text,
  tries integer not null default 0,
  last_error text,
  due_at timestamp with time zone not null default clock_timestamp(),
  constraint qualification_notices_pkey PRIMARY KEY (key),
  constraint qualification_notices_status_id_fkey FOREIGN KEY (status_id) REFERENCES qualification_statuses(status_id)
);
CREATE INDEX qualification_notices_status_id_idx ON public.qualification_notices USING btree (status_id);

create table qualification_plugin_offers (
  process_id text not null,
  role text not null,
  plugins text not null,
  seen_at timestamp with time zone not null,
  constraint qualification_plugin_offers_pkey PRIMARY KEY (process_id),
  constraint qualification_plugin_offers_role_check CHECK ((role = ANY (ARRAY['api'::text, 'worker'::text])))
);

create table qualification_rows (
  status_id bigint not null,
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
  constraint qualification_rows_pkey PRIMARY KEY (status_id, "position"),
  constraint qualification_rows_status_id_fkey FOREIGN KEY (status_id) REFERENCES qualification_statuses(status_id)
);
CREATE UNIQUE INDEX qualification_rows_student_idx ON public.qualification_rows USING btree (status_id, user_id) WHERE (user_id <> ''::text);
CREATE INDEX qualification_rows_user_id_idx ON public.qualification_rows USING btree (user_id, status_id);

create table qualification_statuses (
  status_id bigint generated always as identity not null,
  period_id text not null,
  seq integer not null,
  status text not null,
  message text not null,
  at timestamp with time zone not null,
  by text not null,
  because text not null,
  request_id text not null,
  command_id text not null,
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
  constraint qualification_statuses_pkey PRIMARY KEY (status_id),
  constraint qualification_statuses_command_id_key UNIQUE (command_id),
  constraint qualification_statuses_period_id_seq_key UNIQUE (period_id, seq),
  constraint qualification_statuses_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'almostready'::text, 'notready'::text]))),
  constraint qualification_statuses_period_id_fkey FOREIGN KEY (period_id) REFERENCES periods(period_id)
);

create table review_comments (
  id bigint generated always as identity not null,
  review_id bigint not null,
  start_time integer,
  stop_time integer,
  duration integer,
  comment text not null,
  status text not null,
  constraint review_comments_pkey PRIMARY KEY (id),
  constraint review_comments_review_id_fkey FOREIGN KEY (review_id) REFERENCES reviews(id) ON DELETE CASCADE
);
CREATE INDEX review_comments_review_id_idx ON public.review_comments USING btree (review_id, id);

create table review_history (
  id bigint generated always as identity not null,
  review_id bigint not null,
  attempt_code text not null,
  review_status text not null,
  video_url text,
  reviewed_by text,
  raw_data jsonb not null,
  archived_at timestamp with time zone not null,
  constraint review_history_pkey PRIMARY KEY (id)
);
CREATE INDEX review_history_attempt_code_idx ON public.review_history USING btree (attempt_code, id DESC);
CREATE INDEX review_history_review_id_idx ON public.review_history USING btree (review_id, id DESC);

create table review_inbox (
  id bigint generated always as identity not null,
  provider text not null,
  attempt_code text not null,
  attempt_id uuid,
  body jsonb not null,
  body_hash text not null,
  state text not null default 'received'::text,
  reason text,
  received_at timestamp with time zone not null,
  applied_at timestamp with time zone,
  inserted_at timestamp with time zone not null default clock_timestamp(),
  kind text not null,
  channel text not null,
  external_id text,
  trusted boolean not null,
  exam_id integer not null,
  user_id text not null,
  attempt_number integer not null,
  signalled_at timestamp with time zone,
  constraint review_inbox_pkey PRIMARY KEY (id),
  constraint review_inbox_channel_check CHECK ((channel = ANY (ARRAY['software_secure'::text, 'rest'::text]))),
  constraint review_inbox_kind_check CHECK ((kind = ANY (ARRAY['review'::text, 'ready'::text]))),
  constraint review_inbox_state_check CHECK ((state = ANY (ARRAY['received'::text, 'applied'::text, 'refused'::text])))
);
CREATE INDEX review_inbox_attempt_idx ON public.review_inbox USING btree (attempt_code, id);
CREATE INDEX review_inbox_received_idx ON public.review_inbox USING btree (id) WHERE (state = 'received'::text);

create table review_policies (
  exam_id integer not null,
  policy text not null,
  edited_by text,
  constraint review_policies_pkey PRIMARY KEY (exam_id),
  constraint review_policies_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES exams(id) ON DELETE CASCADE
);

create table review_policy_history (
  id bigint generated always as identity not null,
  exam_id integer not null,
  policy text not null,
  edited_by text,
  replaced_at timestamp with time zone not null,
  constraint review_policy_history_pkey PRIMARY KEY (id)
);
CREATE INDEX review_policy_history_exam_id_idx ON public.review_policy_history USING btree (exam_id, id DESC);

create table reviews (
  id bigint generated always as identity not null,
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
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  channel text not null,
  constraint reviews_pkey PRIMARY KEY (id),
  constraint reviews_channel_check CHECK ((channel = ANY (ARRAY['software_secure'::text, 'rest'::text])))
);
CREATE INDEX reviews_course_id_idx ON public.reviews USING btree (course_id, id DESC);
CREATE UNIQUE INDEX reviews_one_per_code_idx ON public.reviews USING btree (attempt_code);

create table transmissions (
  id bigint generated always as identity not null,
  customer_id text not null,
  configuration_id bigint not null,
  enrollment_id bigint not null,
  user_id text not null,
  kind text not null,
  course_id text not null,
  subsection_id text not null default ''::text,
  content_hash text not null,
  state text not null,
  is_current boolean not null,
  grade text,
  percent numeric,
  course_completed boolean,
  completed_at timestamp with time zone,
  is_transmitted boolean not null default false,
  error_message text not null default ''::text,
  status_code integer,
  response jsonb,
  payload jsonb,
  run_id bigint,
  imported_id bigint,
  claimed_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  resolved_as text,
  constraint transmissions_pkey PRIMARY KEY (id),
  constraint transmissions_check CHECK ((is_transmitted = (state = 'sent'::text))),
  constraint transmissions_check1 CHECK ((is_current OR (state <> ALL (ARRAY['sending'::text, 'held'::text])))),
  constraint transmissions_check2 CHECK (((resolved_as IS NULL) OR ((resolved_as = 'sent'::text) AND (state = 'sent'::text)) OR ((resolved_as = 'not-sent'::text) AND (state = 'failed'::text)))),
  constraint transmissions_kind_check CHECK ((kind = ANY (ARRAY['completion'::text, 'assessment'::text]))),
  constraint transmissions_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'held'::text, 'sent'::text, 'failed'::text, 'quarantined'::text]))),
  constraint transmissions_configuration_id_fkey FOREIGN KEY (configuration_id) REFERENCES channel_configurations(id),
  constraint transmissions_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id),
  constraint transmissions_run_id_fkey FOREIGN KEY (run_id) REFERENCES export_runs(id)
);
CREATE UNIQUE INDEX transmissions_claim_idx ON public.transmissions USING btree (configuration_id, enrollment_id, kind, course_id, subsection_id, content_hash) WHERE is_current;
CREATE INDEX transmissions_customer_idx ON public.transmissions USING btree (customer_id, id DESC);
CREATE INDEX transmissions_enrollment_idx ON public.transmissions USING btree (configuration_id, enrollment_id, id DESC);
CREATE INDEX transmissions_held_idx ON public.transmissions USING btree (customer_id, id DESC) WHERE (state = 'held'::text);
CREATE UNIQUE INDEX transmissions_imported_idx ON public.transmissions USING btree (configuration_id, imported_id) WHERE (imported_id IS NOT NULL);
CREATE INDEX transmissions_sending_idx ON public.transmissions USING btree (run_id, id) WHERE (state = ANY (ARRAY['sending'::text, 'held'::text]));
CREATE INDEX transmissions_user_idx ON public.transmissions USING btree (customer_id, user_id, id DESC);

create table vendor_token_keys (
  id bigint generated always as identity not null,
  kid text not null,
  public_jwk jsonb not null,
  private_jwk text not null,
  created_at timestamp with time zone not null,
  constraint vendor_token_keys_pkey PRIMARY KEY (id),
  constraint vendor_token_keys_kid_key UNIQUE (kid)
);

CREATE OR REPLACE FUNCTION public.fail_stale_row(attempt_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'Attempt % is not as it was judged', attempt_id using errcode = 'IN001';
    end $function$
;

CREATE OR REPLACE FUNCTION public.receive_callback(c_provider text, c_kind text, c_channel text, c_attempt_code text, c_attempt_id uuid, c_exam_id integer, c_user_id text, c_attempt_number integer, c_external_id text, c_trusted boolean, c_body jsonb, c_body_hash text, c_received_at timestamp with time zone, window_ms double precision, only_one boolean, OUT is_located boolean, OUT inbox_id text, OUT is_repeat boolean, OUT waits_for_others boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  if c_attempt_id is null then
    select a.id, a.exam_id, a.user_id, a.number into c_attempt_id, c_exam_id, c_user_id, c_attempt_number
    from attempts a where a.code = c_attempt_code and a.external_id = c_external_id and a.provider = c_provider;
  end if;
  is_located := c_attempt_id is not null;
  if not is_located then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('callback:' || c_attempt_code, 0));
  select
    coalesce(bool_or(i.body_hash = c_body_hash and i.received_at > c_received_at - make_interval(secs => window_ms / 1000)), false),
    coalesce(bool_or(i.state = 'received'), false)
  into is_repeat, waits_for_others
  from review_inbox i where i.attempt_code = c_attempt_code and i.kind = c_kind and i.state <> 'refused';
  if is_repeat or (only_one and waits_for_others) then
    return;
  end if;
  if only_one and c_kind = 'review' and exists (select 1 from reviews r where r.attempt_code = c_attempt_code) then
    return;
  end if;
  insert into review_inbox as i (provider, kind, channel, attempt_code, attempt_id, exam_id, user_id, attempt_number,
    external_id, trusted, body, body_hash, received_at)
  values (c_provider, c_kind, c_channel, c_attempt_code, c_attempt_id, c_exam_id, c_user_id, c_attempt_number,
    c_external_id, c_trusted, c_body, c_body_hash, c_received_at)
  returning i.id::text into inbox_id;
end $function$
;

CREATE OR REPLACE FUNCTION public.take_over_attention()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.needs_attention is null then
        new.attention_reasons := array_remove(new.attention_reasons, old.needs_attention);
      elsif new.needs_attention <> all (new.attention_reasons) then
        new.attention_reasons := new.attention_reasons || new.needs_attention;
      end if;
      return new;
    end $function$
;

CREATE TRIGGER attempts_take_over_attention BEFORE UPDATE OF needs_attention ON public.attempts FOR EACH ROW EXECUTE FUNCTION take_over_attention();
