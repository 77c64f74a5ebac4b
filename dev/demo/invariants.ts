import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import type { AppliedEntry, LogEntry } from '../simulator/journal';
import { allAttempts, type Demo } from './demo';
import { demoEffects, type EffectAnswer } from './effects';
import type { Finding } from './finding';
import { findDisagreements } from './workflow-agreement';

export interface Inspection {
  attempts: FullAttemptAnswer[];
  effects: EffectAnswer[];
  findings: Finding[];
}

const FINAL_STATES: ReadonlySet<string> = new Set(['done', 'skipped', 'superseded']);

/** Looks at everything once the phases are over: the API, the outside world's own records, the workflows. */
export async function inspect(demo: Demo): Promise<Inspection> {
  const attempts = await allAttempts(demo);
  const effects = await demoEffects(demo, attempts);
  const [applied, log] = await Promise.all([demo.simulator.applied(), demo.simulator.log()]);
  const findings = [
    everythingDone(attempts, effects),
    nothingDoubled(applied, log),
    doneMeansDone(effects, applied),
    await findDisagreements(demo, attempts),
  ];
  return { attempts, effects, findings };
}

/** Every effect due was done, none failed. */
export function everythingDone(
  attempts: readonly Pick<FullAttemptAnswer, 'attemptCode' | 'pendingEffects'>[],
  effects: readonly EffectAnswer[],
): Finding {
  const pending = attempts.filter(({ pendingEffects }) => pendingEffects > 0);
  const open = effects.filter(({ state }) => !FINAL_STATES.has(state));
  return {
    invariant: 'Every effect due was done, none failed',
    examined: `${effects.length} effects of ${attempts.length} attempts`,
    breaches: [
      ...pending.map(
        ({ attemptCode, pendingEffects }) => `attempt ${attemptCode} has ${pendingEffects} effects pending`,
      ),
      ...open.map(
        ({ effectId, name, state, lastError }) => `effect ${effectId} ${name} is ${state}: ${lastError ?? '-'}`,
      ),
    ],
  };
}

/** As the receivers saw it: no key had two effects, and nobody asked again for what had been done. */
export function nothingDoubled(applied: readonly AppliedEntry[], log: readonly LogEntry[]): Finding {
  const appliedAt = new Map<string, number>();
  const breaches: string[] = [];
  for (const entry of applied) {
    const key = keyOf(entry);
    if (key === null) breaches.push(`${entry.effect} was done without an Idempotency-Key`);
    else if (appliedAt.has(key)) breaches.push(`${entry.effect} was done twice under the key ${key}`);
    else appliedAt.set(key, entry.seq);
  }
  for (const entry of log) {
    const key = keyOf(entry);
    const seq = key === null ? undefined : appliedAt.get(key);
    if (seq !== undefined && entry.seq > seq) breaches.push(`${key} was asked for again after it had been done`);
  }
  const examined = `${applied.length} effects in ${log.length} requests`;
  return { invariant: 'No effect was done twice', examined, breaches };
}

/** Receivers have as many effects of each kind as are marked done. Cascades make no outside call; registrations are questions. */
export function doneMeansDone(effects: readonly EffectAnswer[], applied: readonly AppliedEntry[]): Finding {
  const ours = countBy(
    effects.filter(({ state, name }) => state === 'done' && name !== 'cascade').map(({ name }) => name),
  );
  const theirs = countBy(applied.map(({ effect }) => effect));
  const breaches = [...ours]
    .filter(([name, count]) => (theirs.get(name) ?? 0) !== count)
    .map(([name, count]) => `${count} ${name} are done by our account, ${theirs.get(name) ?? 0} by the receiver's`);
  return { invariant: 'What counts as done reached its receiver', examined: `${ours.size} kinds of effects`, breaches };
}

function keyOf({ service, idempotencyKey }: Pick<LogEntry, 'service' | 'idempotencyKey'>): string | null {
  return idempotencyKey === null ? null : `${service} ${idempotencyKey}`;
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
