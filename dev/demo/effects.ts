import type { Static } from '@sinclair/typebox';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import type { EffectsAnswer } from '../../contracts/http/effects';
import { workThrough } from '../bounded-work';
import { attemptPath } from '../course-set-up';
import type { Demo } from './demo';

export type EffectAnswer = Static<typeof EffectsAnswer>['items'][number];

/** The summary of one service at the end. */
export interface ServiceTally {
  service: string;
  done: number;
  superseded: number;
  /** Tries that failed on the way to effects that were done in the end. */
  retriesSurvived: number;
}

const CONCURRENCY = 8;
/** Effects whose name is not `{service}.{verb}`. */
const SERVICES: Record<string, string> = { email: 'mail', cascade: 'other exams' };

/** The effects of all these attempts, as operators see them. */
export async function demoEffects({ operator }: Demo, attempts: readonly AttemptAnswer[]): Promise<EffectAnswer[]> {
  const found = await workThrough(attempts, CONCURRENCY, async ({ attemptCode }) => {
    const { items } = await operator.get<Static<typeof EffectsAnswer>>(`${attemptPath(attemptCode)}/effects`);
    return items;
  });
  return found.flat();
}

export function tallyByService(effects: readonly EffectAnswer[]): ServiceTally[] {
  const tallies = new Map<string, ServiceTally>();
  for (const { name, state, tries } of effects) {
    const service = SERVICES[name] ?? name.split('.')[0] ?? name;
    const tally = tallies.get(service) ?? { service, done: 0, superseded: 0, retriesSurvived: 0 };
    tallies.set(service, tally);
    if (state === 'superseded') tally.superseded += 1;
    if (state !== 'done') continue;
    tally.done += 1;
    tally.retriesSurvived += Math.max(0, tries - 1);
  }
  return [...tallies.values()].sort((a, b) => a.service.localeCompare(b.service));
}
