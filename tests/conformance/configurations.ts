import type { ProviderSettings } from '../../config/settings';
import { SIMULATOR_CLIENT } from '../../dev/stack-environment';
import { classic, current, type RuleSet } from '../../domain/rule-sets';
import type { GoldenCase } from '../golden/cases';
import { GOLDEN_PROVIDERS } from '../golden/rows';
import { rulesOf } from '../unit/domain/golden-world';

const SEPARATOR = '~';

/**
 * The configured name of a recorded provider under the rules a case was recorded with: every distinct configuration is a
 * provider of its own, so that one running house serves them all.
 */
export function providerName(backend: string, rules: RuleSet): string {
  const overrides = Object.entries(overridesOf(rules)).map(([field, value]) => `${field}.${String(value)}`);
  return [backend, rules.name, ...overrides].join(SEPARATOR);
}

/** The recorded provider behind a configured name. */
export function backendOf(name: string): string {
  return name.split(SEPARATOR)[0] ?? name;
}

/** One provider per recorded one and distinct configuration among the cases. */
export function providersFor(cases: readonly GoldenCase[], simulatorUrl: string | undefined): ProviderSettings[] {
  const named = new Map<string, ProviderSettings>();
  for (const rules of cases.map(rulesOf)) {
    for (const { name: backend, title, supportsOnboarding } of Object.values(GOLDEN_PROVIDERS)) {
      const name = providerName(backend, rules);
      const baseUrl = `${simulatorUrl ?? ''}/providers/${encodeURIComponent(name)}`;
      const chosen = { ruleSet: rules.name, overrides: overridesOf(rules) };
      named.set(name, { name, title, supportsOnboarding, baseUrl, ...SIMULATOR_CLIENT, ...chosen });
    }
  }
  return [...named.values()];
}

function overridesOf(rules: RuleSet): Record<string, unknown> {
  const base: Record<string, unknown> = { ...(rules.name === 'classic' ? classic : current) };
  return Object.fromEntries(Object.entries(rules).filter(([field, value]) => base[field] !== value));
}
