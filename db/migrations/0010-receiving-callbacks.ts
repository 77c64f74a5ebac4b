import type { Knex } from 'knex';

/**
 * Taking a callback in is a lock, a look and an insert, and the look must come after the lock: three statements, each with a
 * view of the data of its own. As a function they are one round trip with plans that are kept, which makes the whole several
 * times cheaper than sending them (docs/benchmarks.md, bench:callbacks).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(RECEIVE);
  await knex.raw(`
    drop index review_inbox_attempt_idx;
    create index review_inbox_attempt_idx on review_inbox (attempt_code, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index review_inbox_attempt_idx;
    create index review_inbox_attempt_idx on review_inbox (attempt_code, body_hash, received_at desc);
    drop function receive_callback;
  `);
}

/**
 * Without an attempt's id the attempt is looked for, and found if nothing about the callback is special: it is live, its exam
 * is the provider's, and its external id is exactly the one given. Else nothing is done and `is_located` is false.
 * Of a hundred copies at once one is kept: they queue up at the lock of their attempt.
 */
const RECEIVE = `
create function receive_callback(
  c_provider text, c_kind text, c_channel text, c_attempt_code text, c_attempt_id uuid, c_exam_id integer, c_user_id text,
  c_attempt_number integer, c_external_id text, c_trusted boolean, c_body jsonb, c_body_hash text, c_received_at timestamptz,
  window_ms double precision, only_one boolean,
  out is_located boolean, out inbox_id text, out is_repeat boolean, out waits_for_others boolean)
language plpgsql as $$
begin
  if c_attempt_id is null then
    select a.id, a.exam_id, a.user_id, a.number into c_attempt_id, c_exam_id, c_user_id, c_attempt_number
    from attempts a join exams e on e.id = a.exam_id join courses c on c.course_id = e.course_id
    where a.code = c_attempt_code and a.external_id = c_external_id and e.is_proctored
      and coalesce(e.provider, c.proctoring_provider) = c_provider;
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
