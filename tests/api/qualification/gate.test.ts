import type { Knex } from 'knex';
import { lockPeriod } from '../../../db/qualification/lock';
import type { ApiAnswer } from '../../../dev/api-client';
import { waitUntil } from '../../../dev/wait-until';
import { ApiFixture, OPERATOR } from '../../support/api-fixture';
import { directAttempts } from '../../support/direct-attempts';
import { ANNE, SemesterFixture } from '../../support/semester';

const Q = '/v1/periods/spring/qualification';

let api: ApiFixture;
let semester: SemesterFixture;
let other: Knex;

beforeEach(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
  await semester.importSmall();
  await call('PUT', '/v1/courses/c', { name: 'C' });
  api.gateway.answer = directAttempts(api.settings, api.database.db);
  other = api.database.connect(2);
});

afterEach(() => api.stop());

function call(method: string, url: string, body?: object, key?: string): Promise<ApiAnswer> {
  return api.call(OPERATOR, method, url, body, key);
}

const required = { periodId: 'spring', accept: ['ready'] };
let exams = 0;

async function newExam(requiresQualification: object | null = required, given: object = {}): Promise<number> {
  exams += 1;
  const exam = { courseId: 'c', contentId: `exam-${exams}`, examName: 'Final', timeLimitMins: 60, ...given };
  return (await call('POST', '/v1/exams', { ...exam, requiresQualification })).body['examId'] as number;
}

function create(examId: number, userId: string, takingAsProctored = false): Promise<ApiAnswer> {
  return call('POST', `/v1/exams/${examId}/attempts`, { userId, takingAsProctored });
}

function act({ body }: ApiAnswer, action: string): Promise<ApiAnswer> {
  return call('POST', `/v1/attempts/${String(body['attemptCode'])}/actions`, { action });
}

function retract(): Promise<ApiAnswer> {
  return api.call(ANNE, 'POST', `${Q}/retract`, { message: 'Taken back' });
}

const told = ({ status, body }: ApiAnswer): unknown[] => [status, body['code'], body['reason']];

describe('An exam for those who qualified', () => {
  it('says why it keeps somebody out, and lets in who qualifies', async () => {
    const examId = await newExam();
    await call('PUT', '/v1/learners/guest', { username: 'guest', email: 'guest@example.org', fullName: 'Guest' });
    expect(told(await create(examId, 'ada'))).toEqual([409, 'qualification-required', 'no-status']);
    await saveWith({ status: 'almostready', message: 'Bo hands in late', undecided: ['bo'] });
    expect(told(await create(examId, 'ada'))).toEqual([409, 'qualification-required', 'not-ready']);
    const almost = await newExam({ periodId: 'spring', accept: ['ready', 'almostready'] });
    expect(told(await create(almost, 'bo'))).toEqual([409, 'qualification-required', 'undecided']);
    await saveWith({ status: 'ready' });
    expect(told(await create(examId, 'bo'))).toEqual([409, 'qualification-required', 'does-not-qualify']);
    expect(told(await create(examId, 'guest'))).toEqual([409, 'qualification-required', 'not-a-student']);
    expect(await api.database.db('attempts')).toEqual([]);
    expect((await create(examId, 'ada')).status).toBe(201);
  });

  it('lets in whom an exception with a reason names, on that exam alone', async () => {
    const [examId, elsewhere] = [await newExam(), await newExam()];
    await saveWith({ status: 'ready' });
    const url = `/v1/exams/${examId}/allowances/bo/qualification_exception`;
    const blank = await call('PUT', url, { value: ' \n' });
    expect([blank.status, blank.body['errors']]).toMatchObject([400, [{ pointer: '/value' }]]);
    expect((await create(examId, 'bo')).status).toBe(409);
    expect((await call('PUT', url, { value: 'The dean said so, case 17' })).status).toBe(200);
    expect(told(await create(elsewhere, 'bo'))).toEqual([409, 'qualification-required', 'does-not-qualify']);
    const attempt = await create(examId, 'bo');
    expect(attempt.status).toBe(201);
    expect((await act(attempt, 'start')).body['status']).toBe('started');
  });

  it('is not started after the list was taken back, but goes on where it was started', async () => {
    const [examId, begun] = [await newExam(), await newExam()];
    await saveWith({ status: 'ready' });
    const [waiting, started] = [await create(examId, 'ada'), await create(begun, 'ada')];
    await act(started, 'start');
    await retract();
    expect(told(await act(waiting, 'start'))).toEqual([409, 'qualification-required', 'not-ready']);
    const byStaff = await call('PATCH', `/v1/attempts/${String(waiting.body['attemptCode'])}`, { status: 'started' });
    expect(told(byStaff)).toEqual([409, 'qualification-required', 'not-ready']);
    expect((await act(started, 'stop')).status).toBe(200);
    expect((await act(started, 'submit')).body['status']).toBe('submitted');
  });

  it('that broke off is gone on with, whatever became of the list', async () => {
    const examId = await newExam(required, { isProctored: true, proctoringProvider: 'proctortrack' });
    await saveWith({ status: 'ready' });
    const started = await create(examId, 'ada', true);
    await act(started, 'start');
    await act(started, 'error');
    await retract();
    expect((await act(started, 'mark_ready_to_resume')).status).toBe(200);
    const resumed = await create(examId, 'ada', true);
    expect(resumed.status).toBe(201);
    expect((await act(resumed, 'start')).body['status']).toBe('started');
  });

  it('gives the answer of then to the same key, also after the list was taken back', async () => {
    const examId = await newExam();
    await saveWith({ status: 'ready' });
    const ask = (): Promise<ApiAnswer> =>
      call('POST', `/v1/exams/${examId}/attempts`, { userId: 'ada', takingAsProctored: false }, 'one');
    const first = await ask();
    await retract();
    expect([first.status, (await ask()).body]).toEqual([201, first.body]);
  });

  it('is for everybody again when the requirement is taken away, and asks nothing of the list then', async () => {
    const examId = await newExam();
    expect((await call('GET', `/v1/exams/${examId}`)).body['requiresQualification']).toEqual(required);
    const changed = await call('PATCH', `/v1/exams/${examId}`, { examName: 'Final 2' });
    expect(changed.body['requiresQualification']).toEqual(required);
    await call('PATCH', `/v1/exams/${examId}`, { requiresQualification: null });
    const statements: string[] = [];
    api.database.db.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    expect((await create(examId, 'bo')).status).toBe(201);
    expect(statements.filter((sql) => sql.includes('qualification_'))).toEqual([]);
  });

  it('names a period that is there, in every way exams come', async () => {
    const unknown = { requiresQualification: { periodId: 'nowhere', accept: ['ready'] } };
    const examId = await newExam();
    const exam = { contentId: 'published', examName: 'Final', timeLimitMins: 60 };
    const answers = [
      await call('POST', '/v1/exams', { courseId: 'c', ...exam, ...unknown }),
      await call('PATCH', `/v1/exams/${examId}`, unknown),
      await call('PUT', '/v1/courses/c/special-exams', {
        enableProctoredExams: true,
        enableTimedExams: true,
        exams: [exam, { ...exam, contentId: 'other', ...unknown }],
      }),
      await call('PATCH', `/v1/exams/${examId}`, {
        requiresQualification: { periodId: 'spring', accept: ['notready'] },
      }),
      await call('PATCH', `/v1/exams/${examId}`, { requiresQualification: { periodId: 'spring', accept: [] } }),
    ];
    const pointers = answers.map(({ status, body }) => [status, (body['errors'] as { pointer: string }[])[0]?.pointer]);
    expect(pointers).toEqual([
      [400, '/requiresQualification/periodId'],
      [400, '/requiresQualification/periodId'],
      [400, '/exams/1/requiresQualification/periodId'],
      [400, '/requiresQualification/accept/0'],
      [400, '/requiresQualification/accept'],
    ]);
    expect(api.gateway.publishes).toEqual([]);
    expect((await call('GET', `/v1/exams/${examId}`)).body['requiresQualification']).toEqual(required);
  });
});

describe('A retraction and an attempt at once', () => {
  it('keep the learner out when the retraction commits first', async () => {
    const examId = await newExam();
    await saveWith({ status: 'ready' });
    const turn = await other.transaction();
    await lockPeriod(turn, 'spring');
    const retracting = retract();
    await untilWaiting(1);
    // It is past its own lock, and has written the new status but not committed it.
    const outcome = await other.transaction();
    await outcome.raw(`select 1 from qualification_commands where type = 'retract' for update`);
    await turn.commit();
    await untilWaiting(1);
    const creating = create(examId, 'ada');
    await untilWaiting(2);
    await outcome.commit();
    expect((await retracting).status).toBe(201);
    expect(told(await creating)).toEqual([409, 'qualification-required', 'not-ready']);
  });

  it('let the learner in when the attempt commits first; the retraction waits for it', async () => {
    const examId = await newExam();
    await saveWith({ status: 'ready' });
    const held = await other.transaction();
    await held.raw('lock table attempts in exclusive mode');
    const creating = create(examId, 'ada');
    await untilWaiting(1);
    const retracting = retract();
    await untilWaiting(2);
    expect((await semester.get('/periods/spring/qualification')).body).toMatchObject({ active: { status: 'ready' } });
    await held.commit();
    const [created, retracted] = await Promise.all([creating, retracting]);
    expect([created.status, retracted.status]).toEqual([201, 201]);
    expect(told(await act(created, 'start'))).toEqual([409, 'qualification-required', 'not-ready']);
  });

  /** Until so many connections wait for somebody's lock. */
  async function untilWaiting(wanted: number): Promise<void> {
    const check = async (): Promise<boolean> => {
      const { rows } = await other.raw<{ rows: { waiting: string }[] }>(
        `select count(*) as waiting from pg_stat_activity
         where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
      );
      return Number(rows[0]?.waiting) === wanted;
    };
    await waitUntil(check, { what: `${wanted} to wait`, timeoutMs: 5_000 });
  }
});

async function saveWith(body: object): Promise<void> {
  const { draftId } = (await semester.draft({ plugin: 'approved.all' })).body;
  const saved = await semester.save(draftId, { acceptNewerStatus: true, ...body });
  if (saved.status !== 201) throw new Error(JSON.stringify(saved.body));
}
