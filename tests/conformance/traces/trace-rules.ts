import { resolveRules, type RuleOverrides } from '../../../domain/attempts/rule-overrides';
import type { RuleSet } from '../../../domain/attempts/rule-sets';
import type { GoldenTrace, TraceFile } from '../../golden/traces';

const RULE_OF_SETTING: Record<string, keyof RuleOverrides> = {
  ALLOW_CALLBACK_SIMULATION: 'allowCallbackSimulation',
  ALLOW_REVIEW_UPDATES: 'allowReviewUpdates',
  REQUIRE_FAILURE_SECOND_REVIEWS: 'secondReviewForFailures',
  ALLOW_TIMED_OUT_STATE: 'allowTimedOutState',
};

export function isClassic(file: TraceFile): boolean {
  return file.status_classes !== undefined;
}

/** The rules a trace was recorded under: those of its file, with the settings that were set. */
export function rulesOfTrace(file: TraceFile, { config }: GoldenTrace): RuleSet {
  const set = Object.entries(config).flatMap(([name, value]) => {
    const field = RULE_OF_SETTING[name];
    return field === undefined || value === 'unset' ? [] : [[field, value] as const];
  });
  return resolveRules(isClassic(file) ? 'classic' : 'current', Object.fromEntries(set));
}
