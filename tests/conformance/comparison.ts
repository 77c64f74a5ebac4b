import { isDeepStrictEqual } from 'node:util';
import type { GoldenEffect, GoldenResult } from '../golden/cases';
import { expectedOutcome, type CaseOutcome } from '../golden/outcome';
import type { Observed } from './run-case';

/** The first difference between observed and recorded outcome of a case; undefined when they agree. */
export function firstDifference(recorded: readonly GoldenResult[], observed: readonly Observed[]): string | undefined {
  for (const [step, result] of recorded.entries()) {
    const seen = observed[step];
    const where = recorded.length > 1 ? `step ${step + 1}: ` : '';
    if (!seen) return `${where}was not reached`;
    const { answer: _answer, ...outcome } = seen;
    const difference = differenceIn(comparable(expectedOutcome(result)), comparable(outcome));
    if (difference !== undefined) return `${where}${difference}`;
  }
  return undefined;
}

/** Only the order on one target is promised, so effects are grouped by target. */
function comparable({ effects, ...outcome }: CaseOutcome): Record<string, unknown> {
  return { ...outcome, effects: effectsByTarget(effects) };
}

/** Effects by what they are done to, in order. */
export function effectsByTarget(effects: readonly GoldenEffect[]): Record<string, GoldenEffect[]> {
  const byTarget: Record<string, GoldenEffect[]> = {};
  for (const effect of effects) (byTarget[targetOf(effect)] ??= []).push(effect);
  return byTarget;
}

function targetOf({ do: name, ...effect }: GoldenEffect): string {
  const subject = [effect['backend'], effect['external_id'], effect['user'], effect['exam']];
  return [name.split('.')[0], ...subject.filter((part) => part !== undefined).map(String)].join(' ');
}

/** The first path at which two values differ, readable by people. */
export function differenceIn(recorded: unknown, observed: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(recorded, observed)) return undefined;
  if (!isRecord(recorded) || !isRecord(observed)) {
    return `${path || 'outcome'}: recorded ${asText(recorded)}, observed ${asText(observed)}`;
  }
  const fields = new Set([...Object.keys(recorded), ...Object.keys(observed)]);
  for (const field of fields) {
    const difference = differenceIn(recorded[field], observed[field], path ? `${path}.${field}` : field);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
