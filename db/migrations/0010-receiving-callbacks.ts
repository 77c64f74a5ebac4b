import type { Knex } from 'knex';

/**
 * Taking a callback in is a lock, a look and an insert, and the look must come after the lock: three statements, each with a
 * view of the data of its own. As a function they are one round trip with plans that are kept, which makes the whole several
 * times cheaper than sending them (docs/benchmarks.md, bench:callbacks).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(RECEIVE);
  await knex.raw(RECEIVE_PLAIN);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function receive_plain_review; drop function receive_callback');
}

/** Of a hundred copies at once one is kept: they queue up at the lock of their attempt. */
const RECEIVE = `
create function receive_callback(
  c_provider text, c_kind text, c_channel text, c_attempt_code text, c_attempt_id uuid, c_exam_id integer, c_user_id text,
  c_attempt_number integer, c_external_id text, c_trusted boolean, c_body jsonb, c_body_hash text, c_received_at timestamptz,
  window_ms double precision, only_one boolean,
  out inbox_id text, out is_repeat boolean, out is_reviewed boolean, out waits_for_others boolean)
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('callback:' || c_attempt_code, 0));
  select
    coalesce(bool_or(i.body_hash = c_body_hash and i.received_at > c_received_at - make_interval(secs => window_ms / 1000)), false),
    coalesce(bool_or(i.state = 'received'), false)
  into is_repeat, waits_for_others
  from review_inbox i where i.attempt_code = c_attempt_code and i.kind = c_kind and i.state <> 'refused';
  is_reviewed := waits_for_others
    or (c_kind = 'review' and exists (select 1 from reviews r where r.attempt_code = c_attempt_code));
  if is_repeat or (only_one and is_reviewed) then
    return;
  end if;
  insert into review_inbox as i (provider, kind, channel, attempt_code, attempt_id, exam_id, user_id, attempt_number,
    external_id, trusted, body, body_hash, received_at)
  values (c_provider, c_kind, c_channel, c_attempt_code, c_attempt_id, c_exam_id, c_user_id, c_attempt_number,
    c_external_id, c_trusted, c_body, c_body_hash, c_received_at)
  returning i.id::text into inbox_id;
end $$`;

/**
 * The same for a review whose attempt is not known yet, if nothing about it is special: it is live, its exam is the
 * provider's, and its external id is exactly the one given. Otherwise nothing is done and no row comes back.
 */
const RECEIVE_PLAIN = `
create function receive_plain_review(
  c_provider text, c_channel text, c_attempt_code text, c_external_id text, c_trusted boolean, c_body jsonb, c_body_hash text,
  c_received_at timestamptz, window_ms double precision, only_one boolean,
  out attempt_id uuid, out exam_id integer, out user_id text, out attempt_number integer, out course_id text,
  out status text, out taking_as_proctored boolean, out is_sample_attempt boolean,
  out inbox_id text, out is_repeat boolean, out is_reviewed boolean, out waits_for_others boolean)
returns setof record language plpgsql as $$
begin
  select a.id, a.exam_id, a.user_id, a.number, e.course_id, a.status, a.taking_as_proctored, a.is_sample_attempt
  into attempt_id, exam_id, user_id, attempt_number, course_id, status, taking_as_proctored, is_sample_attempt
  from attempts a join exams e on e.id = a.exam_id join courses c on c.course_id = e.course_id
  where a.code = c_attempt_code and a.external_id = c_external_id and e.is_proctored
    and coalesce(e.provider, c.proctoring_provider) = c_provider;
  if not found then
    return;
  end if;
  select r.inbox_id, r.is_repeat, r.is_reviewed, r.waits_for_others
  into inbox_id, is_repeat, is_reviewed, waits_for_others
  from receive_callback(c_provider, 'review', c_channel, c_attempt_code, attempt_id, exam_id, user_id, attempt_number,
    c_external_id, c_trusted, c_body, c_body_hash, c_received_at, window_ms, only_one) r;
  return next;
end $$`;
