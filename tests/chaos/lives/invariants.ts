import type { AttemptAnswer } from '../../../contracts/http/attempts';
import type { LogEntry } from '../../../dev/simulator/journal';
import { waitUntil } from '../../../dev/wait-until';
import { rulesOf } from '../../support/recorded-providers';
import { isSettled } from '../../support/settled';
import { expectOwnersAgree } from '../agreement';
import type { ChaosCourse } from '../chaos-stack';
import { ALLOWANCES, LIMITS } from './moves';
import type { OverdueWatch } from './overdue-watch';

type Result = AttemptAnswer & { attemptId: string; version: number };

interface Decided {
  type: string;
  result: Result;
  /** Of a review. */
  verdict: string | null;
}

interface Owned {
  attempt_id: string;
  code: string;
  provider: string | null;
  external_id: string | null;
}

const LONGEST_MS = (Math.max(...LIMITS) + Math.max(...ALLOWANCES)) * 60_000;

/** Resolves when nobody's time is over and nothing is left to be done. */
export async function untilSettled({ chaos, courseId, examIds }: ChaosCourse, watch: OverdueWatch): Promise<void> {
  const over = async (): Promise<boolean> => !(await watch.look()) && (await isSettled(chaos.knex, courseId, examIds));
  await waitUntil(over, { what: `the end of ${courseId}`, timeoutMs: 90_000, intervalMs: 200 });
}

/** What holds of every life, whatever happened in it. */
export async function expectWellLived(course: ChaosCourse, watch: OverdueWatch): Promise<void> {
  const commands = await decidedIn(course);
  const owned = await ownedIn(course);
  expect({
    'incomplete attempts past their deadline': [...watch.late],
    'two time-outs of one version': repeated(
      timeOuts(commands).map(({ attemptCode, version }) => `${attemptCode} ${version}`),
    ),
    'times out of what was open': timeOuts(commands).filter(({ deadline }) => deadline !== null),
    'completed at another instant than the deadline': timeOuts(commands).flatMap(notAtTheInstant),
    'started twice': startedTwice(commands),
    'more time than there ever was': commands.flatMap(tooMuchTime),
    'owned by two vendors': ownedByTwo(owned),
    'called at another vendor than the one that registered': strayCalls(await course.chaos.simulator.log(), owned),
    'judged by the rules of another vendor': commands.flatMap((one) => misjudged(one, owned)),
  }).toEqual({
    'incomplete attempts past their deadline': [],
    'two time-outs of one version': [],
    'times out of what was open': [],
    'completed at another instant than the deadline': [],
    'started twice': [],
    'more time than there ever was': [],
    'owned by two vendors': [],
    'called at another vendor than the one that registered': [],
    'judged by the rules of another vendor': [],
  });
  await expectOwnersAgree(course);
}

async function decidedIn({ chaos, examIds }: ChaosCourse): Promise<Decided[]> {
  const { rows } = await chaos.knex.raw<{ rows: Decided[] }>(
    `select c.type, c.result, coalesce(i.body ->> 'reviewStatus', i.body ->> 'status') as verdict
     from commands c left join review_inbox i on c.command_id = 'inbox:' || i.id
     where c.exam_id = any(?) and c.state = 'applied' and c.result is not null order by c.xmin::text::bigint`,
    [[...examIds]],
  );
  return rows;
}

/** Every version of every attempt, live or archived. */
async function ownedIn({ chaos, courseId }: ChaosCourse): Promise<Owned[]> {
  const { rows } = await chaos.knex.raw<{ rows: Owned[] }>(
    `select id as attempt_id, code, provider, external_id from attempts where course_id = :courseId
     union all select attempt_id, code, provider, external_id from attempt_archive where course_id = :courseId`,
    { courseId },
  );
  return rows;
}

function timeOuts(commands: readonly Decided[]): Result[] {
  return commands.filter(({ type }) => type === 'timeOut').map(({ result }) => result);
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

/** Under rules that fix the minutes at the start, they give the instant. `timed_out` is no completion (recorded). */
function notAtTheInstant({ attemptCode, status, startedAt, completedAt, ...result }: Result): string[] {
  const { allowedTimeLimitMins: minutes } = result;
  if (minutes === null || status === 'timed_out') return [];
  const end = new Date(Date.parse(startedAt ?? '') + minutes * 60_000).toISOString();
  return end === completedAt ? [] : [`${attemptCode} ended at ${completedAt} instead of ${end}`];
}

function startedTwice(commands: readonly Decided[]): string[] {
  const starts = new Map<string, Set<string>>();
  for (const { result } of commands) {
    if (result.startedAt)
      starts.set(result.attemptCode, (starts.get(result.attemptCode) ?? new Set()).add(result.startedAt));
  }
  return [...starts].filter(([, at]) => at.size > 1).map(([code, at]) => `${code}: ${[...at].join(', ')}`);
}

/** An operator may hand in what timed out long ago; nobody gets time by that. */
function tooMuchTime({ type, result: { attemptCode, startedAt, completedAt, deadline } }: Decided): string[] {
  const end = deadline ?? (type === 'timeOut' ? completedAt : null);
  if (!startedAt || !end || Date.parse(end) - Date.parse(startedAt) <= LONGEST_MS) return [];
  return [`${attemptCode}: from ${startedAt} to ${end}`];
}

/** A vendor, once there is one, stays. */
function ownedByTwo(owned: readonly Owned[]): string[] {
  const vendors = new Map<string, Set<string>>();
  for (const { code, provider } of owned) {
    if (provider !== null) vendors.set(code, (vendors.get(code) ?? new Set()).add(provider));
  }
  return [...vendors].filter(([, names]) => names.size > 1).map(([code, names]) => `${code}: ${[...names].join(', ')}`);
}

/** By the simulator's own record of which vendor gave out which id. */
function strayCalls(log: readonly LogEntry[], owned: readonly Owned[]): string[] {
  const vendorOf = new Map(owned.flatMap(({ external_id: id, provider }) => (id && provider ? [[id, provider]] : [])));
  return log.flatMap(({ service, method, path, externalId }) => {
    const vendor = vendorOf.get(externalId ?? '');
    const called = service.startsWith('provider:') && vendor !== undefined && service !== `provider:${vendor}`;
    return called ? [`${method} ${path} of an attempt of ${vendor}`] : [];
  });
}

/** "Suspicious" is where the rule sets differ: one lets it pass, the others want a second look. */
function misjudged({ type, verdict, result }: Decided, owned: readonly Owned[]): string[] {
  if (type !== 'review' || verdict?.toLowerCase() !== 'suspicious' || result.isArchived) return [];
  const vendor = owned.find(({ code, provider }) => code === result.attemptCode && provider !== null)?.provider;
  if (!vendor) return [];
  const expected = rulesOf(vendor) === 'classic' ? 'second_review_required' : 'verified';
  return result.status === expected ? [`${result.attemptCode} of ${vendor} became ${result.status}`] : [];
}
