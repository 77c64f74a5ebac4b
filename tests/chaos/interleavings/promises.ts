import type { Knex } from 'knex';
import { waitUntil } from '../../../dev/wait-until';
import { isSettled } from '../../conformance/settled';
import type { Course } from '../arena';
import { expectEffectsWell } from '../invariants';
import { expectOwnersAgree } from './agreement';
import { type AppliedCommand, CreditDue } from './credit-due';
import type { GameTable, Given } from './game-table';

interface AttemptRow {
  id: string;
  exam_id: number;
  user_id: string;
  number: number;
  status: string;
  version: number;
  is_current: boolean;
}

interface ArchiveRow extends Omit<AttemptRow, 'id'> {
  attempt_id: string;
  student_name: string;
  reason: string;
}

interface CommandRow extends AppliedCommand {
  command_id: string;
  state: string;
}

/** Everything the database holds about a course that a repeated command must leave as it is. */
export interface Kept {
  live: AttemptRow[];
  archive: ArchiveRow[];
  commands: CommandRow[];
  effects: { key: string; state: string }[];
}

/**
 * Resolves when nobody's time is over and nothing is left to be done. In this order: a deadline that is kept between the
 * two looks has left its effects by the second one.
 */
export async function settled(course: Course): Promise<void> {
  const { arena, courseId, examIds } = course;
  const over = async () => !(await isSomeoneOverdue(course)) && (await isSettled(arena.knex, courseId, examIds));
  await waitUntil(over, { what: `the end of all effects of ${courseId}`, timeoutMs: 60_000, intervalMs: 100 });
}

async function isSomeoneOverdue(course: Course): Promise<boolean> {
  const { arena, courseId } = course;
  const found = arena.knex<{ course_id: string; clock_offset_ms: string }>('courses').where({ course_id: courseId });
  const now = Date.now() + Number((await found.first())?.clock_offset_ms ?? 0);
  return (await course.live()).some(({ deadline }) => deadline !== null && Date.parse(deadline) < now);
}

export async function kept({ arena: { knex }, courseId, examIds }: Course): Promise<Kept> {
  const [live, archive, effects] = await Promise.all([
    knex<AttemptRow & { course_id: string }>('attempts')
      .select('id', 'exam_id', 'user_id', 'number', 'status', 'version', 'is_current')
      .where({ course_id: courseId })
      .orderBy(['exam_id', 'user_id', 'number']),
    knex<ArchiveRow & { course_id: string }>('attempt_archive').where({ course_id: courseId }).orderBy('id'),
    knex('effects').select('key', 'state').where({ course_id: courseId }).orderBy('id'),
  ]);
  return { live, archive, effects, commands: await commandsOf(knex, examIds) };
}

/** In the order of their transactions: those about one learner exclude each other before they write. */
async function commandsOf(knex: Knex, examIds: readonly number[]): Promise<CommandRow[]> {
  const { rows } = await knex.raw<{ rows: CommandRow[] }>(
    'select command_id, type, state, result from commands where exam_id = any(?) order by xmin::text::bigint',
    [[...examIds]],
  );
  return rows;
}

/** Each promise by its name, as the database and the receivers show it; two equal halves when all are kept. */
export async function expectPromisesKept(table: GameTable, ruleSet: 'classic' | 'current'): Promise<void> {
  const { course, given } = table;
  await settled(course);
  const held = await kept(course);
  const applied = held.commands.filter(({ result }) => result !== null);
  const due = new CreditDue(ruleSet);
  applied.forEach((command) => due.follow(command));
  expect({
    'one current attempt per exam and learner': currentsOf(held.live),
    'no attempt number twice': numbersTwice(held),
    'every status that was left is archived once': statusesArchived(held.archive),
    'the archive names the learner': held.archive.filter((row) => row.student_name !== 'A Learner'),
    'one row per accepted command, none per refused one': await rowsPerCommand(course.arena.knex, given, held.commands),
    'every effect is over': held.effects.filter(({ state }) => !OVER.has(state)),
    'credit was told last what the rules demand': await creditTold(course),
  }).toEqual({
    'one current attempt per exam and learner': Object.fromEntries(held.live.map((row) => [placeOf(row), 1])),
    'no attempt number twice': [],
    'every status that was left is archived once': statusesLeft(applied, held),
    'the archive names the learner': [],
    'one row per accepted command, none per refused one': given.map(({ answer }) => (answer.status < 300 ? 1 : 0)),
    'every effect is over': [],
    'credit was told last what the rules demand': Object.fromEntries(due.told),
  });
  await expectEffectsWell(course);
  await expectOwnersAgree(course);
}

const OVER: ReadonlySet<string> = new Set(['done', 'skipped', 'superseded', 'failed']);

/** A command that comes again under its id, the kept answers of requests forgotten: nothing moves, the answer is the same. */
export async function expectRepeatsHarmless({ course, given }: GameTable): Promise<void> {
  const accepted = given.filter(({ answer }) => answer.status < 300);
  const keys = accepted.map(({ request }) => request.key);
  await course.arena.knex('idempotency_keys').whereIn('key', keys).del();
  const before = await kept(course);
  const again = await Promise.all(accepted.map(({ caller, request }) => caller.insist(request)));
  await settled(course);
  const answers = again.map((answer) => ({ answer }));
  expect(answers.map(outcomeOf)).toEqual(accepted.map(outcomeOf));
  expect(await kept(course)).toEqual(before);
}

/** How many effects are still to be done is news, not outcome. */
function outcomeOf({ answer: { status, text } }: Pick<Given, 'answer'>): unknown {
  const body = text === '' ? {} : (JSON.parse(text) as object);
  return { http: status, ...body, pendingEffects: undefined };
}

function placeOf({ exam_id, user_id }: Pick<AttemptRow, 'exam_id' | 'user_id'>): string {
  return `${exam_id}|${user_id}`;
}

function currentsOf(live: readonly AttemptRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of live) counts[placeOf(row)] = (counts[placeOf(row)] ?? 0) + (row.is_current ? 1 : 0);
  return counts;
}

function numbersTwice({ live, archive }: Kept): string[] {
  const owners = new Map<string, Set<string>>();
  const all = [...live, ...archive.map((row) => ({ ...row, id: row.attempt_id }))];
  for (const row of all) {
    const number = `${placeOf(row)}|${row.number}`;
    owners.set(number, (owners.get(number) ?? new Set()).add(row.id));
  }
  return [...owners].filter(([, ids]) => ids.size > 1).map(([number]) => number);
}

function statusesArchived(archive: readonly ArchiveRow[]): Record<string, string[]> {
  const statuses: Record<string, string[]> = {};
  for (const { attempt_id: id, status } of archive) (statuses[id] ??= []).push(status);
  return statuses;
}

/** From what each command made of its attempt. Attempts that a reset put aside are moved by their successor's command. */
function statusesLeft(applied: readonly AppliedCommand[], { live, archive }: Kept): Record<string, string[]> {
  const seen = new Map<string, Map<number, string>>();
  const see = (id: string, version: number, status: string): unknown =>
    seen.set(id, (seen.get(id) ?? new Map<number, string>()).set(version, status));
  applied.forEach(({ result }) => see(result.attemptId, result.version, result.status));
  live.forEach(({ id, version, status }) => see(id, version, status));
  const aside = archive.filter(({ status }) => status === 'onboarding_reset');
  aside.forEach(({ attempt_id: id, version, status }) => see(id, version, status));
  const alive = new Set(live.map(({ id }) => id));
  const left = [...seen].map(([id, versions]): [string, string[]] => {
    const inOrder = [...versions].toSorted(([one], [other]) => one - other).map(([, status]) => status);
    const entered = ['created', ...inOrder].filter((status, at, all) => status !== all[at - 1]);
    return [id, alive.has(id) ? entered.slice(0, -1) : entered];
  });
  return Object.fromEntries(left.filter(([, statuses]) => statuses.length > 0));
}

async function rowsPerCommand(knex: Knex, given: readonly Given[], commands: readonly CommandRow[]): Promise<number[]> {
  const keys = given.map(({ request }) => request.key);
  const known = await knex<{ key: string; command_id: string }>('idempotency_keys').whereIn('key', keys);
  const ids = new Map(known.map((row) => [row.key, row.command_id]));
  return keys.map((key) => commands.filter((row) => row.command_id === ids.get(key)).length);
}

async function creditTold({ arena, courseId }: Course): Promise<Record<string, string>> {
  const { applied } = await arena.simulator.seen(courseId);
  const told = new Map<string, string>();
  for (const { service, effect, body, contentId, userId } of applied) {
    if (service !== 'credit') continue;
    const place = `${contentId}|${userId}`;
    if (effect === 'credit.remove') told.delete(place);
    else told.set(place, (body as { status: string }).status);
  }
  return Object.fromEntries(told);
}
