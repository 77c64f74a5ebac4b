import type { Knex } from 'knex';
import { findByCode } from '../../../../db/attempts/find';
import { readTimelineFacts } from '../../../../db/attempts/timeline';
import { listAudit, type AuditFilter } from '../../../../db/requests/audit-list';
import { buildTimeline } from '../../../../domain/attempts/timeline';
import { anAttempt, anExam, created, creditSubmitted } from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

const ROWS = 1_000_000;
/** Rows stored at a time: a slow machine stays within the statement timeout. */
const PORTION = 50_000;
/** Most rows that a look-up may read, of all tables together. */
const MOST = 50;

let database: TestDatabase;
let db: Knex;
const attempt = anAttempt(1);

const COMMANDS = `
  insert into commands (command_id, type, exam_id, user_id, attempt_number, attempt_id, state, at, version, "by", because)
  select 'k:' || n, case when n % 50000 = 0 then 'remove' else 'act' end, 1, 'u-' || n, 1, gen_random_uuid(), 'applied',
    timestamptz '2026-01-01' + make_interval(secs => n), 1, 'iss|u-' || n % 100000, 'act:submit'
  from generate_series(?::int, ?::int) n`;

const AUDIT = `
  insert into audit_log (at, actor, scope, action, object, request_id)
  select timestamptz '2026-01-01' + make_interval(secs => n), 'iss|u-' || n % 100000, 'exams:write',
    case when n % 50000 = 0 then 'course.changed' else 'allowance.changed' end, 'allowance:1:u-' || n || ':note', 'r'
  from generate_series(?::int, ?::int) n`;

const OWN = `
  insert into commands (command_id, type, exam_id, user_id, attempt_number, attempt_id, state, at, version, "by", because)
  select 'own-' || n, 'act', 1, 'u-1', 1, ?, 'applied', timestamptz '2026-02-01' + make_interval(secs => n), n, 'iss|own', 'act'
  from generate_series(1, 5) n`;

beforeAll(async () => {
  database = await cloneDatabase(1);
  ({ db } = database);
  const exam = await anExam(db);
  await created(db, { ...attempt, examId: exam.id }, [creditSubmitted]);
  for (let from = 1; from <= ROWS; from += PORTION) {
    for (const fill of [COMMANDS, AUDIT]) await db.raw(fill, [from, from + PORTION - 1]);
  }
  await db.raw(OWN, [attempt.id]);
  for (const table of ['commands', 'audit_log']) await db.raw(`vacuum analyze ${table}`);
}, 300_000);
afterAll(() => database.drop());

interface Reading {
  scans: number;
  rows: number;
}

/** What this session has read of each table; a look's own part is the difference, as earlier ones may still be counted. */
async function readings(trx: Knex): Promise<Map<string, Reading>> {
  const sql = `select relname as name, seq_scan as scans, seq_tup_read + coalesce(idx_tup_fetch, 0) as read
    from pg_stat_xact_user_tables where relname in ('commands', 'audit_log', 'effects', 'attempt_archive', 'reviews',
      'review_history', 'review_inbox', 'allowances', 'attempts')`;
  const { rows } = await trx.raw<{ rows: { name: string; scans: string; read: string }[] }>(sql);
  return new Map(rows.map(({ name, scans, read }) => [name, { scans: Number(scans), rows: Number(read) }]));
}

/** Rows read by `look`, and the large tables it read from end to end. */
async function cost(look: (trx: Knex) => Promise<unknown>): Promise<{ rows: number; fromEndToEnd: string[] }> {
  return db.transaction(async (trx) => {
    const before = await readings(trx);
    await look(trx);
    const own = [...(await readings(trx))].map(([name, { scans, rows }]) => {
      const earlier = before.get(name) ?? { scans: 0, rows: 0 };
      return { name, scans: scans - earlier.scans, rows: rows - earlier.rows };
    });
    const large = own.filter(({ name }) => name === 'commands' || name === 'audit_log');
    return {
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
      fromEndToEnd: large.filter(({ scans }) => scans > 0).map(({ name }) => name),
    };
  });
}

test('A timeline among a million commands reads by index, and little more than it tells.', async () => {
  const located = await findByCode(db, attempt.code, new Date());
  let told = 0;
  const read = await cost(async (trx) => {
    if (!located) throw new Error('the attempt is there');
    told = buildTimeline(await readTimelineFacts(trx, located.view)).length;
  });
  expect(told).toBeGreaterThanOrEqual(5);
  expect(read).toEqual({ rows: expect.any(Number), fromEndToEnd: [] });
  expect(read.rows).toBeLessThan(MOST);
});

const PAGE = { limit: 5 };
const LOOKS: [string, AuditFilter][] = [
  ['of everything', {}],
  ['of an actor', { actor: 'iss|u-77' }],
  ['of an object', { objects: ['allowance:1:u-77:note'], attempt: null }],
  ['of an attempt', { objects: ['attempt:X'], attempt: { attemptId: attempt.id } }],
  ['of a frequent command', { action: 'attempt.acted-on' }],
  ['of a rare command', { action: 'attempt.removed' }],
  ['of a rare change', { action: 'course.changed' }],
];

test.each(LOOKS)('A page of the audit %s, and the one behind it, read by index.', async (_what, filter) => {
  let cursor: string | undefined;
  for (let page = 1; page <= 2; page += 1) {
    const read = await cost(async (trx) => {
      const found = await listAudit(trx, filter, { ...PAGE, ...(cursor === undefined ? {} : { cursor }) });
      expect(found.items.length).toBeGreaterThan(0);
      cursor = found.nextCursor ?? cursor;
    });
    expect(read).toEqual({ rows: expect.any(Number), fromEndToEnd: [] });
    expect(read.rows).toBeLessThan(MOST);
    if (cursor === undefined) return;
  }
});

test('Pages of the audit hold every row once, newest first, whichever source it comes from.', async () => {
  await db.raw(
    `insert into audit_log (at, actor, scope, action, object, request_id)
     select c.at, 'iss|own', 's', 'exam.changed', 'exam:1', 'r' from commands c where c."by" = 'iss|own'`,
  );
  const seen: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const asked = cursor === undefined ? { limit: 3 } : { limit: 3, cursor };
    const page = await listAudit(db, { actor: 'iss|own' }, asked);
    seen.push(...page.items.map(({ at, action }) => `${at.toISOString()} ${action}`));
    cursor = page.nextCursor;
  }
  expect(new Set(seen).size).toBe(10);
  expect(seen).toHaveLength(10);
  const instants = seen.map((text) => text.slice(0, 24));
  expect(instants).toEqual([...instants].sort().reverse());
});
