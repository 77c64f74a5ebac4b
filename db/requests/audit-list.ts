import type { Knex } from 'knex';
import { decodeCursor, type Page, type PageRequest, toPage } from '../core/cursor';
import { queryRows } from '../core/query';

/** What somebody did, from the audit log or from the commands of attempts, which are their own log. */
export interface AuditedWrite {
  at: Date;
  actor: string;
  action: string;
  object: string;
  because: string | null;
  reason: string | null;
  requestId: string | null;
  /** Of the attempt after it. */
  version: number | null;
  detail: unknown;
}

export interface AuditFilter {
  /** Names of the object in the audit log; the attempt's where it is one. */
  objects?: readonly string[] | undefined;
  /** The attempt that `objects` names; null: they name something else. */
  attempt?: { attemptId: string; because?: string } | null | undefined;
  actor?: string | undefined;
  action?: string | undefined;
}

/** What a command of an attempt is called in the audit; any other is `attempt.` and its type. */
const COMMAND_ACTIONS: Readonly<Record<string, string>> = {
  create: 'attempt.created',
  changeStatus: 'attempt.status-changed',
  act: 'attempt.acted-on',
  markReadyToResume: 'attempt.made-ready-to-resume',
  remove: 'attempt.removed',
  adjustTime: 'attempt.time-adjusted',
  timeOut: 'attempt.timed-out',
  declineByCascade: 'attempt.declined-by-cascade',
  review: 'attempt.reviewed',
  providerReady: 'attempt.provider-ready',
  setReview: 'review.changed',
  retryEffect: 'effect.retried',
};

type Row = AuditedWrite & { micros: string; source: 'a' | 'c'; key: string };

/** Newest first; keyset by instant, then source, then key. */
export async function listAudit(
  knex: Knex,
  filter: AuditFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<AuditedWrite>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, [/^\d{1,17}$/, /^[ac]$/, /^.{1,400}$/su]);
  const atMost = limit + 1;
  const [logged, commanded] = await Promise.all([
    fromLog(knex, filter, after, atMost),
    fromCommands(knex, filter, after, atMost),
  ]);
  const rows = [...commanded, ...logged].sort((one, other) => Number(other.micros) - Number(one.micros));
  const page = toPage(rows.slice(0, atMost), limit, ({ micros, source, key }) => [micros, source, key]);
  return { ...page, items: page.items.map(({ micros: _micros, source: _source, key: _key, ...write }) => write) };
}

const MICROS = (at: string): string => `cast(cast(extract(epoch from ${at}) * 1000000 as bigint) as text) as micros`;
const SINCE = `timestamptz 'epoch' + cast(:micros as float8) * interval '1 microsecond'`;

/** Rows of one source behind the cursor: those of an instant come commands first. */
function behind(source: 'a' | 'c', at: string, key: string, after: string[] | undefined): string[] {
  if (after === undefined) return [];
  if (after[1] === source) return [`(${at}, ${key}) < (${SINCE}, :key)`];
  return [source === 'a' ? `${at} <= ${SINCE}` : `${at} < ${SINCE}`];
}

async function fromLog(knex: Knex, filter: AuditFilter, after: string[] | undefined, atMost: number): Promise<Row[]> {
  const { objects, actor, action } = filter;
  if (typeOf(action) !== undefined) return [];
  const where = [
    ...(objects === undefined ? [] : ['l.object = any(:objects)']),
    ...(actor === undefined ? [] : ['l.actor = :actor']),
    ...(action === undefined ? [] : ['l.action = :action']),
    ...behind('a', 'l.at', 'l.id', after),
  ];
  const sql = `select l.at, l.actor, l.action, l.object, l.detail ->> 'because' as because, l.reason,
      l.request_id as "requestId", null as version, l.detail, ${MICROS('l.at')}, 'a' as source, cast(l.id as text) as key
    from audit_log l where ${['true', ...where].join(' and ')} order by l.at desc, l.id desc limit :atMost`;
  return queryRows<Row>(knex, sql, valuesOf({ objects, actor, action }, after, atMost));
}

async function fromCommands(
  knex: Knex,
  filter: AuditFilter,
  after: string[] | undefined,
  atMost: number,
): Promise<Row[]> {
  const { objects, attempt, actor, action } = filter;
  const type = typeOf(action);
  if ((objects !== undefined && !attempt) || (action !== undefined && type === undefined)) return [];
  const { attemptId, because } = attempt ?? {};
  const where = [
    ...(attemptId === undefined ? [] : ['c.attempt_id = :attemptId']),
    ...(because === undefined ? [] : ['c.because = :because']),
    ...(actor === undefined ? [] : ['c."by" = :actor']),
    // Written out, so that the planner sees that the index on rare ones has them.
    ...(type === undefined ? [] : [`c.type = '${type}'`]),
    ...behind('c', 'c.at', 'c.command_id', after),
  ];
  const sql = `select c.at, c."by" as actor, c.type as action, 'attempt:' || coalesce(c.result ->> 'attemptCode',
      (select a.code from attempts a where a.id = c.attempt_id),
      (select a.code from attempt_archive a where a.attempt_id = c.attempt_id order by a.id desc limit 1), 'none') as object,
      c.because, c.reason, c.request_id as "requestId", c.version, null as detail, ${MICROS('c.at')}, 'c' as source,
      c.command_id as key
    from commands c where ${["c.state = 'applied'", ...where].join(' and ')}
    order by c.at desc, c.command_id desc limit :atMost`;
  const rows = await queryRows<Row>(knex, sql, valuesOf({ attemptId, because, actor }, after, atMost));
  return rows.map((row) => ({ ...row, action: COMMAND_ACTIONS[row.action] ?? `attempt.${row.action}` }));
}

/** The type of the commands that an action is; undefined: it is none of an attempt. */
function typeOf(action: string | undefined): string | undefined {
  const known = Object.entries(COMMAND_ACTIONS).find(([, name]) => name === action)?.[0];
  return known ?? /^attempt\.(\w+)$/.exec(action ?? '')?.[1];
}

function valuesOf(values: object, after: string[] | undefined, atMost: number): object {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const [micros, , key] = after ?? [];
  return { ...Object.fromEntries(given), atMost, ...(after === undefined ? {} : { micros, key }) };
}
