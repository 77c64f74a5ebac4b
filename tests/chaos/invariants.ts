import type { Filter } from '../../dev/simulator/journal';
import { waitUntil } from '../../dev/wait-until';
import { expectAgreement } from './agreement';
import type { ChaosCourse, ChaosStack } from './chaos-stack';
import { outOfOrder, type OrderedEffect, type Seen, undueRequests } from './requests';

interface EffectRow extends OrderedEffect {
  name: string;
  action: { provider?: string; externalId?: string | null };
  state: string;
  tries: number;
  last_error: string | null;
  touched_at: Date;
  lease_until: Date | null;
}

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
  const { log, applied } = await seenBy(chaos, { courseId });
  const ours = new Set(effects.flatMap(({ key }) => [key, messageIdOf(key)]));
  const isOurs = ({ idempotencyKey, courseId: entryCourseId }: { idempotencyKey: string | null; courseId?: string }) =>
    entryCourseId !== courseId && ours.has(idempotencyKey ?? '');
  const providers = effects.flatMap(({ action }) => (action.provider ? [`provider:${action.provider}`] : []));
  const others = await Promise.all(['mail', ...new Set(providers)].map((service) => seenBy(chaos, { service })));
  return {
    log: [...log, ...others.flatMap((other) => other.log.filter(isOurs))],
    applied: [...applied, ...others.flatMap((other) => other.applied.filter(isOurs))],
  };
}

async function seenBy({ simulator }: ChaosStack, filter: Filter): Promise<Seen> {
  return { log: await simulator.log(filter), applied: await simulator.applied(filter) };
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
