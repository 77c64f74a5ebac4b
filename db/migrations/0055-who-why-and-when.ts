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
  await knex.raw(`
    drop trigger attempts_take_over_attention on attempts;
    drop function take_over_attention();
    update attempts set needs_attention = attention_reasons[1];
    alter table attempts drop column deadline_at, drop column attention_reasons, drop column provider;
    create index attempts_needs_attention_idx on attempts (created_at desc, id desc) where needs_attention is not null;
    alter table attempt_archive drop column provider;
    alter table exams drop column version;
    drop index commands_attempt_idx, idempotency_keys_command_idx;
    alter table idempotency_keys drop column "by", drop column reason, drop column request_id;
    alter table commands drop column version, drop column "by", drop column because, drop column reason,
      drop column request_id;
  `);
}
