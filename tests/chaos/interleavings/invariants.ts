import type { Knex } from 'knex';
import { waitUntil } from '../../../dev/wait-until';
import { isSettled } from '../../support/settled';
import { expectOwnersAgree } from '../agreement';
import type { ChaosCourse } from '../chaos-stack';
import { expectEffectsWell } from '../invariants';
import { type RecordedCommand, ExpectedCredit } from './expected-credit';
import type { PropertyWorld, Given } from './property-world';

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

interface CommandRow extends RecordedCommand {
  command_id: string;
  state: string;
}

/** Everything the database holds about a course that a repeated command must leave as it is. */
export interface StoredState {
  live: AttemptRow[];
  archive: ArchiveRow[];
  commands: CommandRow[];
  effects: { key: string; state: string }[];
}

/**
 * Resolves when no deadline has passed unhandled and nothing is left to be done. In this order: a deadline met between the
 * two queries has stored its effects by the second one.
 */
async function untilSettled(course: ChaosCourse): Promise<void> {
  const { chaos, courseId, examIds } = course;
  const over = async () => !(await isSomeoneOverdue(course)) && (await isSettled(chaos.knex, courseId, examIds));
  await waitUntil(over, { what: `the end of all effects of ${courseId}`, timeoutMs: 60_000, intervalMs: 100 });
}

async function isSomeoneOverdue(course: ChaosCourse): Promise<boolean> {
  const { chaos, courseId } = course;
  const found = chaos.knex<{ course_id: string; clock_offset_ms: string }>('courses').where({ course_id: courseId });
  const now = Date.now() + Number((await found.first())?.clock_offset_ms ?? 0);
  return (await course.live()).some(({ deadline }) => deadline !== null && Date.parse(deadline) < now);
}

async function storedState({ chaos: { knex }, courseId, examIds }: ChaosCourse): Promise<StoredState> {
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

/** Each invariant by its name: the actual value from database and receivers, compared with the expected one. */
export async function expectInvariants(propertyWorld: PropertyWorld, ruleSet: 'classic' | 'current'): Promise<void> {
  const { course, given } = propertyWorld;
  await untilSettled(course);
  const held = await storedState(course);
  const applied = held.commands.filter(({ result }) => result !== null);
  const due = new ExpectedCredit(ruleSet);
  applied.forEach((command) => due.apply(command));
  expect({
    'one current attempt per exam and learner': currentsOf(held.live),
    'no attempt number twice': numbersTwice(held),
    'every status that was left is archived once': statusesArchived(held.archive),
    'the archive names the learner': held.archive.filter((row) => row.student_name !== 'A Learner'),
    'one row per accepted command, none per refused one': await rowsPerCommand(course.chaos.knex, given, held.commands),
    'every effect is over': held.effects.filter(({ state }) => !OVER.has(state)),
    'credit was told last what the rules demand': await actualCredit(course),
  }).toEqual({
    'one current attempt per exam and learner': Object.fromEntries(held.live.map((row) => [keyOf(row), 1])),
    'no attempt number twice': [],
    'every status that was left is archived once': statusesLeft(applied, held),
    'the archive names the learner': [],
    'one row per accepted command, none per refused one': given.map(({ answer }) => (answer.status < 300 ? 1 : 0)),
    'every effect is over': [],
    'credit was told last what the rules demand': Object.fromEntries(due.expected),
  });
  await expectEffectsWell(course);
  await expectOwnersAgree(course);
}

const OVER: ReadonlySet<string> = new Set(['done', 'skipped', 'superseded', 'failed']);

/** A command that comes again under its id, after the stored answers were deleted: nothing changes, the answer is the same. */
export async function expectRepeatsHarmless({ course, given }: PropertyWorld): Promise<void> {
  const accepted = given.filter(({ answer }) => answer.status < 300);
  const keys = accepted.map(({ request }) => request.key);
  await course.chaos.knex('idempotency_keys').whereIn('key', keys).del();
  const before = await storedState(course);
  const repeated = await Promise.all(accepted.map(({ api, request }) => api.untilDecided(request)));
  await untilSettled(course);
  const answers = repeated.map((answer) => ({ answer }));
  expect(answers.map(outcomeOf)).toEqual(accepted.map(outcomeOf));
  expect(await storedState(course)).toEqual(before);
}

/** The number of pending effects changes over time, so it is not compared. */
function outcomeOf({ answer: { status, text } }: Pick<Given, 'answer'>): unknown {
  const body = text === '' ? {} : (JSON.parse(text) as object);
  return { http: status, ...body, pendingEffects: undefined };
}

function keyOf({ exam_id, user_id }: Pick<AttemptRow, 'exam_id' | 'user_id'>): string {
  return `${exam_id}|${user_id}`;
}

function currentsOf(live: readonly AttemptRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of live) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + (row.is_current ? 1 : 0);
  return counts;
}

function numbersTwice({ live, archive }: StoredState): string[] {
  const owners = new Map<string, Set<string>>();
  const all = [...live, ...archive.map((row) => ({ ...row, id: row.attempt_id }))];
  for (const row of all) {
    const number = `${keyOf(row)}|${row.number}`;
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
function statusesLeft(applied: readonly RecordedCommand[], { live, archive }: StoredState): Record<string, string[]> {
  const seen = new Map<string, Map<number, string>>();
  const see = (id: string, version: number, status: string): unknown =>
    seen.set(id, (seen.get(id) ?? new Map<number, string>()).set(version, status));
  applied.forEach(({ result }) => see(result.attemptId, result.version, result.status));
  live.forEach(({ id, version, status }) => see(id, version, status));
  const aside = archive.filter(({ status }) => status === 'onboarding_reset');
  aside.forEach(({ attempt_id: id, version, status }) => see(id, version, status));
  const existing = new Set(live.map(({ id }) => id));
  const left = [...seen].map(([id, versions]): [string, string[]] => {
    const inOrder = [...versions].toSorted(([one], [other]) => one - other).map(([, status]) => status);
    const entered = ['created', ...inOrder].filter((status, at, all) => status !== all[at - 1]);
    return [id, existing.has(id) ? entered.slice(0, -1) : entered];
  });
  return Object.fromEntries(left.filter(([, statuses]) => statuses.length > 0));
}

async function rowsPerCommand(knex: Knex, given: readonly Given[], commands: readonly CommandRow[]): Promise<number[]> {
  const keys = given.map(({ request }) => request.key);
  const known = await knex<{ key: string; command_id: string }>('idempotency_keys').whereIn('key', keys);
  const ids = new Map(known.map((row) => [row.key, row.command_id]));
  return keys.map((key) => commands.filter((row) => row.command_id === ids.get(key)).length);
}

async function actualCredit({ chaos, courseId }: ChaosCourse): Promise<Record<string, string>> {
  const applied = await chaos.simulator.applied({ courseId });
  const credit = new Map<string, string>();
  for (const { service, effect, body, contentId, userId } of applied) {
    if (service !== 'credit') continue;
    const creditKey = `${contentId}|${userId}`;
    if (effect === 'credit.remove') credit.delete(creditKey);
    else credit.set(creditKey, (body as { status: string }).status);
  }
  return Object.fromEntries(credit);
}
