import type { AttemptAnswer } from '../../../contracts/http/attempts';
import type { ChaosCourse } from '../chaos-stack';
import type { Outage } from './outages';
import type { Taker } from './taker';

/** How late a deadline may be met, after its instant or after the end of an outage that it fell into. */
export const BOUND_MS = 60_000;

export interface StoredCommand {
  commandId: string;
  type: string;
  /** When it was decided, by the wall clock. */
  at: Date;
  result: AttemptAnswer & { attemptId: string; version: number };
}

/** The accepted commands of the course's exam, by the order of their decisions. */
export async function commandsOf({ chaos, examIds }: ChaosCourse): Promise<StoredCommand[]> {
  const { rows } = await chaos.knex.raw<{ rows: StoredCommand[] }>(
    `select command_id as "commandId", type, at, result from commands
     where exam_id = any(?) and state = 'applied' and result is not null order by xmin::text::bigint`,
    [[...examIds]],
  );
  return rows;
}

/** Deadlines that were met too late, in words. */
export function lateDeadlines(commands: readonly StoredCommand[], outages: readonly Outage[]): string[] {
  return commands
    .filter(({ type }) => type === 'timeOut')
    .flatMap(({ at, result: { attemptCode, completedAt } }) => {
      const dueMs = Date.parse(completedAt ?? '');
      const lateMs = at.getTime() - allowedFrom(dueMs, outages);
      return lateMs <= BOUND_MS
        ? []
        : [`${attemptCode} was due at ${completedAt} and met ${Math.round(lateMs / 1000)} s later`];
    });
}

/** From when on somebody could have met it: an outage that begins within the bound gives another bound. */
function allowedFrom(dueMs: number, outages: readonly Outage[]): number {
  const overlaps = ({ fromMs, untilMs }: Outage): boolean => fromMs <= dueMs + BOUND_MS && untilMs >= dueMs;
  return Math.max(dueMs, ...outages.filter(overlaps).map(({ untilMs }) => untilMs));
}

/** Attempts by what became of them, whose time was never given twice and whose end is the instant. */
export function endsOf(takers: readonly Taker[], rows: readonly AttemptAnswer[]): Record<string, unknown> {
  const byCode = new Map(rows.map((row) => [row.attemptCode, row]));
  return Object.fromEntries(
    takers.map(({ last: { attemptCode } }) => {
      const { status, startedAt, completedAt } = byCode.get(attemptCode) ?? {};
      return [attemptCode, { status, startedAt, completedAt }];
    }),
  );
}

/** What the same had to become: handed in when the platform said so, else at the deadline, to the millisecond. */
export function expectedEndsOf(takers: readonly Taker[]): Record<string, unknown> {
  return Object.fromEntries(
    takers.map(({ last, told }) => {
      const deadline = told.map(({ answer }) => answer.body['deadline']).find((value) => typeof value === 'string');
      const completedAt = last.status === 'submitted' ? last.completedAt : deadline;
      return [last.attemptCode, { status: 'submitted', startedAt: last.startedAt, completedAt }];
    }),
  );
}

/** Acknowledged commands that are not in the database as they were answered, in words. */
export async function lostCommands(
  { chaos }: ChaosCourse,
  takers: readonly Taker[],
  commands: readonly StoredCommand[],
): Promise<string[]> {
  const told = takers.flatMap((taker) => taker.told).filter(({ answer }) => answer.status < 300);
  const known = await chaos.knex<{ key: string; command_id: string }>('idempotency_keys').whereIn(
    'key',
    told.map(({ request }) => request.key),
  );
  const ids = new Map(known.map((row) => [row.key, row.command_id]));
  return told.flatMap(({ request, answer }) => {
    const stored = commands.filter(({ commandId }) => commandId === ids.get(request.key));
    const isKept = stored.length === 1 && stored[0]?.result.status === answer.body['status'];
    return isKept
      ? []
      : [`${request.method} ${request.path} was answered ${answer.status} and is stored ${stored.length} times`];
  });
}

/** Attempts timed out more than once, or that went on after their end. */
export function timedOutTwice(commands: readonly StoredCommand[]): string[] {
  const seen = new Map<string, number>();
  for (const { type, result } of commands) {
    if (type === 'timeOut') seen.set(result.attemptCode, (seen.get(result.attemptCode) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([code, count]) => `${code}: ${count} times`);
}
