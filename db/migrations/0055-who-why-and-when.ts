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

/**
 * A command keeps who asked for it and why; the request that brought it is found by the command's id. Of commands of the same
 * version the first made it, the others changed nothing.
 */
async function whoAndWhy(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table commands add column version integer, add column "by" text not null default 'unknown',
      add column because text, add column reason text, add column request_id text;
    update commands c set because = c.type, version = case when w.nth = 1 then w.version end
    from (select command_id, cast(result ->> 'version' as integer) as version,
        row_number() over (partition by attempt_id, result ->> 'version' order by at, command_id) as nth from commands) w
    where w.command_id = c.command_id;
    create index commands_attempt_idx on commands (attempt_id, at) where attempt_id is not null;
    create index commands_by_idx on commands ("by", at desc, command_id desc);
    create index commands_at_idx on commands (at desc, command_id desc);
    create index commands_rare_idx on commands (type, at desc, command_id desc)
      where type in ('remove', 'setReview', 'retryEffect', 'declineByCascade', 'markReadyToResume', 'adjustTime');
    alter table idempotency_keys add column "by" text, add column reason text, add column request_id text;
    create index idempotency_keys_command_idx on idempotency_keys (command_id);
    alter table exams add column version integer not null default 1;
    alter table audit_log add column reason text;
    create index audit_log_at_idx on audit_log (at desc, id desc);
    create index audit_log_object_at_idx on audit_log (object, at desc, id desc);
    create index audit_log_actor_at_idx on audit_log (actor, at desc, id desc);
    create index audit_log_action_at_idx on audit_log (action, at desc, id desc);
    drop index audit_log_object_idx, audit_log_actor_idx;
  `);
}

/** The provider that registered an attempt; of one nobody registered, the one whose rules count: its exam's or its course's. */
async function providerOfAttempt(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts add column provider text;
    alter table attempt_archive add column provider text;
    alter table commands add column asked_until timestamptz;
    create index commands_asking_idx on commands (exam_id, user_id) where state = 'asking';
  `);
  await backfillProviders(knex);
  await knex.raw(
    receiveCallback(
      `from attempts a where a.code = c_attempt_code and a.external_id = c_external_id and a.provider = c_provider`,
    ),
  );
}

/**
 * The question that registered an attempt names its provider. Without one it is guessed: for a proctored exam, or an attempt with a
 * provider's id, from the exam, else from the course. The number guessed for attempts with an id is logged.
 */
async function backfillProviders(knex: Knex): Promise<void> {
  await knex.raw(`
    create temporary table registered on commit drop as
      select distinct on (id) cast(new_attempt ->> 'id' as uuid) as id, question ->> 'provider' as provider
      from commands where state = 'applied' and question ->> 'kind' = 'registration'
      order by id, at desc;
    analyze registered;
  `);
  await knex.raw(backfillOf('attempts', 'id'));
  await knex.raw(backfillOf('attempt_archive', 'attempt_id'));
  const { rows } = await knex.raw<{ rows: { guessed: number }[] }>(`
    select count(*)::int as guessed from attempts a
    where a.external_id is not null and not exists (select 1 from registered r where r.id = a.id)
  `);
  await knex.raw('drop table registered');
  const guessed = rows[0]?.guessed ?? 0;
  if (guessed > 0) console.warn(`The provider of ${guessed} attempts was guessed from their exams and courses.`);
}

function backfillOf(table: string, id: string): string {
  return `
    update ${table} a set provider = coalesce((select r.provider from registered r where r.id = a.${id}),
      case when e.is_proctored or a.external_id is not null then e.provider end, c.proctoring_provider)
    from exams e join courses c on c.course_id = e.course_id where e.id = a.exam_id`;
}

/**
 * The instant, by the wall clock, at which an incomplete attempt is over, and why a person has to look at an attempt. Every attempt
 * that has been started is looked at once: what a limit and a due date allow today is near enough, as its workflow stores the exact
 * instant. The release before goes on writing `needs_attention` while it runs; the trigger takes what it writes over.
 */
async function deadlines(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table attempts add column deadline_at timestamptz, add column attention_reasons text[] not null default '{}';
    update attempts set attention_reasons = array[needs_attention] where needs_attention is not null;
    update attempts a set deadline_at = a.started_at - make_interval(secs => c.clock_offset_ms / 1000.0)
      + make_interval(mins => coalesce(a.allowed_time_limit_mins, greatest(0, least(e.time_limit_mins,
          floor(extract(epoch from e.due_date - a.started_at) / 60)::int))))
    from exams e join courses c on c.course_id = e.course_id
    where e.id = a.exam_id and a.started_at is not null and c.clock_frozen_at is null
      and a.status in ('eligible', 'created', 'download_software_clicked', 'ready_to_start', 'started', 'ready_to_submit');
    create index attempts_deadline_idx on attempts (deadline_at) where deadline_at is not null;
    create index attempts_review_overdue_idx on attempts (review_due_at)
      where review_due_at is not null and not ('review-overdue' = any (attention_reasons));
    drop index attempts_needs_attention_idx;
    create index attempts_attention_idx on attempts (created_at desc, id desc) where attention_reasons <> '{}';
    create function take_over_attention() returns trigger language plpgsql as $$
    begin
      if new.needs_attention is null then
        new.attention_reasons := array_remove(new.attention_reasons, old.needs_attention);
      elsif new.needs_attention <> all (new.attention_reasons) then
        new.attention_reasons := new.attention_reasons || new.needs_attention;
      end if;
      return new;
    end $$;
    create trigger attempts_take_over_attention before update of needs_attention on attempts
      for each row execute function take_over_attention();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    receiveCallback(`from attempts a join exams e on e.id = a.exam_id join courses c on c.course_id = e.course_id
    where a.code = c_attempt_code and a.external_id = c_external_id and e.is_proctored
      and coalesce(e.provider, c.proctoring_provider) = c_provider`),
  );
  await knex.raw(`
    drop trigger attempts_take_over_attention on attempts;
    drop function take_over_attention();
    update attempts set needs_attention = attention_reasons[1];
    alter table attempts drop column deadline_at, drop column attention_reasons, drop column provider;
    create index attempts_needs_attention_idx on attempts (created_at desc, id desc) where needs_attention is not null;
    alter table attempt_archive drop column provider;
    drop index commands_asking_idx;
    alter table commands drop column asked_until;
    alter table exams drop column version;
    create index audit_log_object_idx on audit_log (object, id desc);
    create index audit_log_actor_idx on audit_log (actor, id desc);
    drop index audit_log_at_idx, audit_log_object_at_idx, audit_log_actor_at_idx, audit_log_action_at_idx;
    alter table audit_log drop column reason;
    drop index commands_attempt_idx, commands_by_idx, commands_at_idx, commands_rare_idx, idempotency_keys_command_idx;
    alter table idempotency_keys drop column "by", drop column reason, drop column request_id;
    alter table commands drop column version, drop column "by", drop column because, drop column reason,
      drop column request_id;
  `);
}

/** Migration 0010's function, which says why it is one; `lookup` finds the attempt of a callback that names no id. */
function receiveCallback(lookup: string): string {
  return `
create or replace function receive_callback(
  c_provider text, c_kind text, c_channel text, c_attempt_code text, c_attempt_id uuid, c_exam_id integer, c_user_id text,
  c_attempt_number integer, c_external_id text, c_trusted boolean, c_body jsonb, c_body_hash text, c_received_at timestamptz,
  window_ms double precision, only_one boolean,
  out is_located boolean, out inbox_id text, out is_repeat boolean, out waits_for_others boolean)
language plpgsql as $$
begin
  if c_attempt_id is null then
    select a.id, a.exam_id, a.user_id, a.number into c_attempt_id, c_exam_id, c_user_id, c_attempt_number
    ${lookup};
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
end $$`;
}
