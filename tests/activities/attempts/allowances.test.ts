import type { CommandRequest } from '../../../contracts/attempts/commands';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { changeAllowances, removeAllowance } from '../../../db/attempts/allowance-changes';
import { setClock } from '../../../db/courses/courses';
import { patchExam } from '../../../db/courses/exams';
import { DUE_DATE_OVERRIDE } from '../../../domain/attempts/allowances';
import { casesOf, goldenNow } from '../../golden/families';
import { minutesAfter } from '../../golden/instants';
import { AttemptFixture } from '../../support/attempt-fixture';
import { auditOf } from '../../support/audit-log';

const T0 = goldenNow('timing');
const BY = { actor: 'test', requestId: 'r', at: T0 };
const KEY = 'additional_time_granted';

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start();
});
afterAll(() => fixture.stop());

const grant = ({ examId, userId }: AttemptKey, value: string) =>
  changeAllowances(fixture.knex, [{ examId, userId, key: KEY, value }], BY);
const takeAway = ({ examId, userId }: AttemptKey) => removeAllowance(fixture.knex, { examId, userId, key: KEY }, BY);
const at = ({ userId }: AttemptKey, minute: number) =>
  setClock(fixture.knex, `course-${userId}`, { frozenAt: minutesAfter(T0, minute) });

/** A learner on an exam of an hour, at T0 of the course's clock. */
async function newcomer(timeLimitMins = 60): Promise<AttemptKey> {
  const key = await fixture.newKey();
  await patchExam(fixture.knex, key.examId, { timeLimitMins });
  await at(key, 0);
  return key;
}

const create = (key: AttemptKey) => fixture.decide(key, { type: 'create', takingAsProctored: false });
const act = (key: AttemptKey, action: 'start' | 'error' | 'mark_ready_to_resume') => {
  const command: CommandRequest = { type: 'act', action, actor: 'staff' };
  return fixture.decide(key, command);
};
const minutes = async (key: AttemptKey) => (await fixture.attempt(key)).allowedTimeLimitMins;

type Moment = 'before_create' | 'after_create' | 'after_start' | 'updated_after_start' | 'removed_before_start';

/** Before the start are thirty minutes; what comes after it comes too late. */
const STORIES: Record<Moment, (key: AttemptKey) => Promise<unknown>> = {
  before_create: async (key) =>
    grant(key, '30')
      .then(() => create(key))
      .then(() => act(key, 'start')),
  after_create: async (key) =>
    create(key)
      .then(() => grant(key, '30'))
      .then(() => act(key, 'start')),
  after_start: async (key) =>
    create(key)
      .then(() => act(key, 'start'))
      .then(() => grant(key, '30')),
  updated_after_start: async (key) => STORIES.before_create(key).then(() => grant(key, '45')),
  removed_before_start: async (key) =>
    grant(key, '30')
      .then(() => create(key))
      .then(() => takeAway(key))
      .then(() => act(key, 'start')),
};

interface MomentCase {
  moment: Moment;
  time_limit_mins: number;
  allowed_time_limit_mins: number;
  allowance_history_rows: number;
}

it.each(casesOf<MomentCase>('timing', 'allowance_moment').map((one) => [one]))(
  'An allowance counts if it is there at the start, and what it was is kept, as recorded: %j',
  async ({ moment, time_limit_mins, allowed_time_limit_mins, allowance_history_rows }) => {
    const key = await newcomer(time_limit_mins);
    await STORIES[moment](key);
    expect(await minutes(key)).toBe(allowed_time_limit_mins);
    const rows = await auditOf(fixture.knex, `allowance:${key.examId}:${key.userId}:${KEY}`);
    // The recorded service keeps what an allowance was; that it is new is ours to say.
    const former = rows.filter(({ action }) => action !== 'allowance.created');
    expect(former).toHaveLength(allowance_history_rows);
  },
);

interface DueDateCase {
  time_limit_mins: number;
  exam_due_in_minutes: number | null;
  /** The course's unit may have a date; the platform sends it in place of the exam's. */
  block_due_in_minutes: number | null;
  u1_override_in_minutes: number | null;
  allowed_time_limit_mins: { u1: number; u2: number };
}

it.each(casesOf<DueDateCase>('timing', 'due_date_source').map((one) => [one]))(
  'A learner’s own due date comes before the one the platform sent, as recorded: %j',
  async (one) => {
    const sent = one.block_due_in_minutes ?? one.exam_due_in_minutes;
    const seen: number[] = [];
    for (const own of [one.u1_override_in_minutes, null]) {
      const key = await newcomer(one.time_limit_mins);
      const { examId, userId } = key;
      if (sent !== null) await patchExam(fixture.knex, examId, { dueDate: minutesAfter(T0, sent) });
      const value = own === null ? null : minutesAfter(T0, own).toISOString();
      if (value) await changeAllowances(fixture.knex, [{ examId, userId, key: DUE_DATE_OVERRIDE, value }], BY);
      await create(key);
      await act(key, 'start');
      seen.push((await minutes(key)) ?? NaN);
    }
    expect(seen).toEqual([one.allowed_time_limit_mins.u1, one.allowed_time_limit_mins.u2]);
  },
);

describe('Counting the minutes of a running attempt anew', () => {
  const adjust = (key: AttemptKey, commandId?: string) =>
    fixture.decide(key, { type: 'adjustTime' }, commandId === undefined ? {} : { commandId });

  async function running(): Promise<AttemptKey> {
    const key = await newcomer();
    await STORIES.before_create(key);
    await at(key, 10);
    return key;
  }

  it('takes the allowance as it is now, archives nothing and calls no service', async () => {
    const key = await running();
    await grant(key, '45');
    expect(await adjust(key)).toMatchObject({
      kind: 'applied',
      state: { version: 3, attempt: { deadline: minutesAfter(T0, 105).toISOString(), allowedTimeLimitMins: 105 } },
    });
    expect((await fixture.effects(key)).filter(({ version }) => version === 3)).toEqual([]);
    expect(await fixture.knex('attempt_archive').where({ user_id: key.userId })).toHaveLength(1);
  });

  it('changes nothing when nothing changed, and repeated under one id nothing twice', async () => {
    const key = await running();
    expect(await adjust(key)).toMatchObject({ kind: 'applied', state: { version: 2 } });
    await grant(key, '45');
    const first = await adjust(key, `once-${key.userId}`);
    await grant(key, '50');
    expect(await adjust(key, `once-${key.userId}`)).toMatchObject({ kind: 'replayed' });
    expect(first).toMatchObject({ state: { version: 3 } });
    expect(await minutes(key)).toBe(105);
  });

  it('never goes beyond the due date', async () => {
    const key = await running();
    await patchExam(fixture.knex, key.examId, { dueDate: minutesAfter(T0, 95.5) });
    await grant(key, '120');
    await adjust(key);
    expect(await minutes(key)).toBe(95);
  });

  it('takes a due date of the learner’s own in place of the exam’s', async () => {
    const key = await running();
    const { examId, userId } = key;
    await patchExam(fixture.knex, examId, { dueDate: minutesAfter(T0, 30) });
    const value = minutesAfter(T0, 80).toISOString();
    await changeAllowances(fixture.knex, [{ examId, userId, key: DUE_DATE_OVERRIDE, value }], BY);
    await adjust(key);
    expect(await minutes(key)).toBe(80);
  });

  it('leaves attempts alone that have not begun or are over', async () => {
    const key = await newcomer();
    await create(key);
    await grant(key, '45');
    expect(await adjust(key)).toMatchObject({ kind: 'applied', state: { version: 1 } });
    await act(key, 'start');
    await fixture.change(key, 'submitted');
    await grant(key, '90');
    expect(await adjust(key)).toMatchObject({ kind: 'applied', state: { version: 3 } });
    expect(await minutes(key)).toBe(105);
  });

  it('of an attempt that resumes others gives what is allowed now less what they used', async () => {
    const first = await running();
    let key = first;
    for (const minute of [20, 50]) {
      await at(key, minute);
      await act(key, 'error');
      await act(key, 'mark_ready_to_resume');
      key = { ...key, attemptNumber: key.attemptNumber + 1 };
      await create(key);
      await at(key, minute + 5);
      await act(key, 'start');
    }
    expect(await minutes(key)).toBe(90 - 20 - 25);
    await grant(key, '45');
    await adjust(key);
    expect(await minutes(key)).toBe(105 - 20 - 25);
  });
});
