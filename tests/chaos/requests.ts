import type { AppliedEntry, LogEntry } from '../../dev/simulator/journal';
import { CALL_LIMIT_MS } from './chaos-stack';

/** What the receivers saw of one course, in the order it came. */
export interface Seen {
  log: LogEntry[];
  applied: AppliedEntry[];
}

/** Nothing may have an effect twice, nothing may be sent twice without need, and a repeat must be the same request. */
export function undueRequests({ log, applied }: Seen, inFlightAtKill: ReadonlySet<string>): string[] {
  return [
    ...appliedTwice(applied),
    ...[...byKey(log)].flatMap(([key, entries]) => repeats(key, entries, inFlightAtKill)),
  ];
}

function appliedTwice(applied: Seen['applied']): string[] {
  return [...byKey(applied)].filter(([, all]) => all.length > 1).map(([key, all]) => `${key}: ${all.length} effects`);
}

/** A further request is due only when the one before got no answer a living worker could have recorded. */
function repeats(key: string, entries: LogEntry[], inFlightAtKill: ReadonlySet<string>): string[] {
  const [first] = entries;
  return entries.slice(1).flatMap((entry, index) => {
    const before = entries[index] as LogEntry;
    const same = sentBy(entry) === sentBy(first as LogEntry);
    const needed = inFlightAtKill.has(key) || failed(before) || gaveUpOn(before, entry);
    return [...(same ? [] : [`${key}: another body`]), ...(needed ? [] : [`${key}: asked again without need`])];
  });
}

function failed({ status, destroyed }: LogEntry): boolean {
  return destroyed || (status !== null && status > 299);
}

function gaveUpOn(before: LogEntry, next: LogEntry): boolean {
  const waited = Date.parse(next.at) - Date.parse(before.at);
  return waited >= CALL_LIMIT_MS && (before.answeredAt === null || before.answeredAt > next.at);
}

/** A mail sent again carries the time of its sending and parts marked anew; all else must be the same. */
function sentBy({ service, method, path, query, body }: LogEntry): string {
  const timeless = (name: string, value: unknown): unknown =>
    ['date', 'content-type'].includes(name) ? undefined : value;
  return JSON.stringify([method, path, query, body], service === 'mail' ? timeless : undefined);
}

/** Reading is free; only requests that change something carry a key. */
function byKey<T extends { idempotencyKey: string | null }>(entries: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    if (entry.idempotencyKey === null) continue;
    groups.set(entry.idempotencyKey, [...(groups.get(entry.idempotencyKey) ?? []), entry]);
  }
  return groups;
}

export interface OrderedEffect {
  key: string;
  target: string;
  version: number;
  replace_group: string | null;
}

/** Of effects that set the same thing: once a receiver has seen a newer one, it must not see an older one. */
export function outOfOrder({ log }: Pick<Seen, 'log'>, effects: readonly OrderedEffect[]): string[] {
  const byId = new Map(effects.filter((effect) => effect.replace_group !== null).map((effect) => [effect.key, effect]));
  const newest = new Map<string, number>();
  return log.flatMap(({ idempotencyKey }) => {
    const effect = byId.get(idempotencyKey ?? '');
    if (!effect) return [];
    const before = newest.get(effect.target) ?? 0;
    const order = effects.indexOf(effect);
    newest.set(effect.target, Math.max(before, order));
    return order < before ? [`${effect.key} was sent after a newer one`] : [];
  });
}
