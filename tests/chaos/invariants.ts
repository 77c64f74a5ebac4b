import type { AttemptState } from '../../contracts/attempts/messages';
import { stateQuery } from '../../contracts/attempts/messages';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { waitUntil } from '../../dev/wait-until';
import type { ChaosCourse } from './chaos-stack';
import { outOfOrder, type OrderedEffect, undueRequests } from './requests';
import type { Seen } from './simulator';

interface EffectRow extends OrderedEffect {
  name: string;
  action: { provider?: string; externalId?: string | null };
  state: string;
  tries: number;
  last_error: string | null;
  touched_at: Date;
  lease_until: Date | null;
}

const AWAKE: readonly string[] = ['open', 'in_exam', 'awaiting_review'];

/**
 * The invariants of the service, checked once everything due was done: receivers have what the rows say, each effect once
 * and in order, and database, API and workflows agree. Give the keys that were in flight at a kill.
 */
export async function expectAllWell(course: ChaosCourse, inFlightAtKill: readonly string[] = []): Promise<void> {
  await expectEffectsWell(course, inFlightAtKill);
  await expectAgreement(course);
}

/** The part that checks the receivers, for courses with too many attempts to query each workflow. */
export async function expectEffectsWell(course: ChaosCourse, inFlightAtKill: readonly string[] = []): Promise<void> {
  await untilQuiet(course);
  const effects = await effectsOf(course);
  const seen = await seenOf(course, effects);
  const exempt = new Set(inFlightAtKill.flatMap((key) => [key, messageIdOf(key)]));
  expect({
    failed: effects.filter(({ state }) => state === 'failed'),
    unduly: undueRequests(seen, exempt).filter((breach) => !isMailInFlight(breach, exempt)),
    outOfOrder: outOfOrder(seen, effects),
    missing: missing(effects, seen),
  }).toEqual({ failed: [], unduly: [], outOfOrder: [], missing: [] });
}

/** Every effect of the course, oldest first. */
export async function effectsOf({ chaos, courseId }: ChaosCourse): Promise<EffectRow[]> {
  return chaos.knex('effects').where({ course_id: courseId }).orderBy('id').select();
}

/** Mail has no receiver that takes keys: the one message in flight at a kill may come twice (docs/effects.md). */
function isMailInFlight(breach: string, exempt: ReadonlySet<string>): boolean {
  return breach.startsWith('<') && breach.endsWith('effects') && exempt.has(breach.split(': ')[0] ?? '');
}

async function untilQuiet(course: ChaosCourse): Promise<void> {
  let pending: EffectRow[] = [];
  const quiet = async () => {
    pending = (await effectsOf(course)).filter(({ state }) => state === 'due' || state === 'in_flight');
    return pending.length === 0;
  };
  await waitUntil(quiet, { what: 'all effects', timeoutMs: 40_000, intervalMs: 100 }).catch(() => undefined);
  expect(pending).toEqual([]);
}

/** Mail and calls about an attempt at its provider do not say which course they are about: message id and key do. */
async function seenOf({ chaos, courseId }: ChaosCourse, effects: readonly EffectRow[]): Promise<Seen> {
  const { log, applied } = await chaos.simulator.seen(courseId);
  const ours = new Set(effects.flatMap(({ key }) => [key, messageIdOf(key)]));
  const isOurs = ({ idempotencyKey, courseId: entryCourseId }: { idempotencyKey: string | null; courseId?: string }) =>
    entryCourseId !== courseId && ours.has(idempotencyKey ?? '');
  const providers = effects.flatMap(({ action }) => (action.provider ? [`provider:${action.provider}`] : []));
  const others = await Promise.all(['mail', ...new Set(providers)].map((name) => chaos.simulator.seenBy(name)));
  return {
    log: [...log, ...others.flatMap((other) => other.log.filter(isOurs))],
    applied: [...applied, ...others.flatMap((other) => other.applied.filter(isOurs))],
  };
}

function messageIdOf(key: string): string {
  return `<${key.replace(/[^\w.-]/g, '.')}@invigil>`;
}

/** What counts as done must have reached its receiver. Cascades make no call, nor do attempts no provider knows. */
function missing(effects: readonly EffectRow[], { applied }: Seen): string[] {
  const keys = new Set(applied.map(({ idempotencyKey }) => idempotencyKey));
  return effects
    .filter(({ state, name, action }) => state === 'done' && name !== 'cascade' && action.externalId !== null)
    .map(({ key, name }) => (name === 'email' ? messageIdOf(key) : key))
    .filter((key) => !keys.has(key));
}

/** The workflows learn a moment later what was committed, so agreement is waited for. */
export async function expectAgreement(course: ChaosCourse): Promise<void> {
  let breaches: string[] = ['never compared'];
  const agree = async () => {
    const compared = await Promise.all((await course.live()).map((attempt) => disagreement(course, attempt)));
    breaches = compared.filter((breach) => breach !== null);
    return breaches.length === 0;
  };
  await waitUntil(agree, { what: 'agreement', timeoutMs: 20_000, intervalMs: 200 }).catch(() => undefined);
  expect(breaches).toEqual([]);
}

async function disagreement({ chaos }: ChaosCourse, answer: AttemptAnswer): Promise<string | null> {
  const { workflowId, status, phase, attemptCode } = answer;
  const handle = chaos.gateway.client.workflow.getHandle(workflowId);
  const [known, { status: run }] = await Promise.all([handle.query<AttemptState, []>(stateQuery), handle.describe()]);
  const row = await chaos
    .knex<{ code: string; status: string; version: number }>('attempts')
    .where({ code: attemptCode })
    .first();
  const views = [
    `${row?.status} v${row?.version}`,
    `${status} v${row?.version}`,
    `${known.attempt?.status} v${known.version}`,
  ];
  if (new Set(views).size > 1) return `row, API and workflow: ${views.join(', ')}`;
  const mustRun = AWAKE.includes(phase) && (status !== 'submitted' || answer.reviewDueAt !== null);
  return mustRun && run.name !== 'RUNNING' ? `${workflowId} is ${phase}, but its workflow is ${run.name}` : null;
}
