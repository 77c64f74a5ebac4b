import type { Knex } from 'knex';
import { Registry } from 'prom-client';
import { receiveCallbacks } from '../../../../db/attempts/reviews/inbox';
import { createRun } from '../../../../db/exports/runs';
import {
  ATTEMPTS_BEFORE_END,
  CALLBACKS_WAITING,
  EFFECTS_DUE,
  EFFECTS_FAILED,
  OPEN_DRAFTS,
  OPEN_RUNS,
  readBacklog,
  RECORDS_HELD,
  REVIEWS_AWAITED,
} from '../../../../db/health/backlog';
import { addBacklogMetrics } from '../../../../db/health/backlog-metrics';
import { ATTEMPT_STATUSES, phaseOf } from '../../../../domain/attempts/statuses';
import { anAttempt, anExam, attemptKeyOf, created, creditSubmitted } from '../../../support/attempt-builders';
import { aChannel, newRun } from '../../../support/export-builders';
import { parseExposition } from '../../../support/exposition';
import { fillTables } from '../../../support/many-rows';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

let database: TestDatabase;
let db: Knex;

beforeEach(async () => {
  database = await cloneDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const HOUR_MS = 3_600_000;

describe('what waits in the database', () => {
  it('is nothing where there is nothing', async () => {
    expect(await readBacklog(db)).toEqual({
      effectsDue: [],
      effectsFailed: [],
      callbacksWaiting: { count: 0, oldestSeconds: 0 },
      attempts: ['open', 'in_exam', 'awaiting_review'].map((phase) => ({ phase, count: 0 })),
      reviewsOverdue: 0,
      exportRuns: [],
      recordsHeld: 0,
      qualificationDrafts: [],
    });
  });

  it('is effects by service, those under way included, and the age of the oldest', async () => {
    const attempt = anAttempt((await anExam(db)).id);
    await created(db, attempt, [
      creditSubmitted,
      { name: 'email', template: 'submitted' },
      { name: 'instructor.complete' },
    ]);
    await db.raw(`update effects set state = 'in_flight' where name = 'email'`);
    await db.raw(`update effects set state = 'failed' where name = 'instructor.complete'`);
    await db.raw(`update effects set created_at = clock_timestamp() - interval '2 hours' where name = 'credit.set'`);
    const { effectsDue, effectsFailed } = await readBacklog(db);
    expect(effectsDue.map(({ service, count }) => [service, count]).sort()).toEqual([
      ['credit', 1],
      ['email', 1],
    ]);
    expect(effectsDue.find(({ service }) => service === 'credit')?.oldestSeconds).toBeCloseTo(7200, -1);
    expect(effectsFailed).toEqual([{ service: 'instructor', count: 1 }]);
  });

  it('is attempts by the domain’s phases, for every status, and the reviews that are late', async () => {
    const exam = await anExam(db);
    const kinds = ATTEMPT_STATUSES.flatMap((status) =>
      [true, false].flatMap((takingAsProctored) =>
        [true, false].map((isSampleAttempt) => ({ status, takingAsProctored, isSampleAttempt })),
      ),
    );
    for (const [n, kind] of kinds.entries()) {
      const reviewDueAt = n % 2 === 0 ? new Date(Date.now() - HOUR_MS) : new Date(Date.now() + HOUR_MS);
      await created(db, anAttempt(exam.id, { userId: `u-${n}`, reviewDueAt, ...kind }));
    }
    const { attempts, reviewsOverdue } = await readBacklog(db);
    for (const { phase, count } of attempts)
      expect([phase, count]).toEqual([phase, kinds.filter((kind) => phaseOf(kind) === phase).length]);
    const late = kinds.filter((kind, n) => n % 2 === 0 && phaseOf(kind) === 'awaiting_review');
    expect(reviewsOverdue).toBe(late.length);
  });

  it('is callbacks nobody has applied, export runs that go on and records that are held', async () => {
    const attempt = anAttempt((await anExam(db)).id);
    await created(db, attempt);
    const callback = {
      provider: 'psi',
      channel: 'software_secure' as const,
      externalId: null,
      trusted: false,
      body: '{}',
    };
    const located = {
      kind: 'ready' as const,
      attemptCode: attempt.code,
      attempt: { attemptId: attempt.id, ...attemptKeyOf(attempt) },
    };
    const options = { receivedAt: new Date(), windowMs: 0, onlyOne: false };
    await receiveCallbacks(db, [{ ...callback, ...located, ...options, bodyHash: 'h' }]);
    const { run } = await createRun(db, newRun(await aChannel(db)));
    await createRun(db, newRun(await aChannel(db)));
    await db.raw(
      `update export_runs set status = 'running', modified_at = clock_timestamp() - interval '3 minutes' where id = ?`,
      [run.id],
    );
    const { callbacksWaiting, exportRuns } = await readBacklog(db);
    expect(callbacksWaiting.count).toBe(1);
    expect(exportRuns.map(({ state, count }) => [state, count]).sort()).toEqual([
      ['queued', 1],
      ['running', 1],
    ]);
    expect(exportRuns.find(({ state }) => state === 'running')?.idleSeconds).toBeCloseTo(180, -1);
  });
});

describe('a look at what waits', () => {
  it('reads no table from end to end, and by indexes of what waits where others would read what has ended', async () => {
    await fillTables(db, { rows: 20_000, waitsOneIn: 200 });
    const bindings = { most: 100_000, statuses: ['created', 'started'] };
    const plans: Record<string, string> = {};
    const looks = { EFFECTS_DUE, EFFECTS_FAILED, CALLBACKS_WAITING, REVIEWS_AWAITED, OPEN_RUNS, RECORDS_HELD };
    for (const [name, sql] of Object.entries({ ...looks, ATTEMPTS_BEFORE_END, OPEN_DRAFTS })) {
      const { rows } = await db.raw<{ rows: { 'QUERY PLAN': string }[] }>(`explain ${sql}`, bindings);
      plans[name] = rows.map((row) => row['QUERY PLAN']).join('\n');
    }
    expect(Object.entries(plans).filter(([, plan]) => plan.includes('Seq Scan'))).toEqual([]);
    expect(plans).toMatchObject({
      EFFECTS_DUE: expect.stringContaining('effects_touched_idx') as string,
      EFFECTS_FAILED: expect.stringContaining('effects_failed_idx') as string,
      CALLBACKS_WAITING: expect.stringContaining('review_inbox_received_idx') as string,
      REVIEWS_AWAITED: expect.stringContaining('attempts_review_due_idx') as string,
      OPEN_RUNS: expect.stringContaining('export_runs_open_idx') as string,
      RECORDS_HELD: expect.stringContaining('transmissions_held_idx') as string,
      ATTEMPTS_BEFORE_END: expect.stringContaining('attempts_status_idx') as string,
      OPEN_DRAFTS: expect.stringContaining('qualification_drafts_open_idx') as string,
    });
  });
});

describe('the series of what waits', () => {
  it('name every service, phase and state, at 0 where nothing waits', async () => {
    const registry = new Registry();
    addBacklogMetrics(registry, db);
    const families = parseExposition(await registry.metrics());
    expect(families.get('invigil_database_up')?.samples).toMatchObject([{ value: 1 }]);
    expect(families.get('invigil_effects_due')?.samples).toHaveLength(7);
    expect(families.get('invigil_export_runs')?.samples.map(({ labels }) => labels['state'])).toEqual([
      'queued',
      'running',
      'paused',
    ]);
    const others = [...families.values()].filter(({ name }) => name !== 'invigil_database_up');
    expect(others.flatMap(({ samples }) => samples).filter(({ value }) => value !== 0)).toEqual([]);
  });

  it('go away while the database does not answer, which is said, and come back', async () => {
    const registry = new Registry();
    addBacklogMetrics(registry, db, { freshMs: 0, patienceMs: 5_000, staleMs: 60_000, timesAsLong: 0 });
    const scrape = async (): Promise<string[]> =>
      (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
    expect((await scrape()).length).toBeGreaterThan(30);
    await database.allowConnections(false);
    expect(await scrape()).toEqual(['invigil_database_up 0']);
    await database.allowConnections(true);
    expect(await scrape()).toContain('invigil_review_inbox_waiting 0');
  });
});
