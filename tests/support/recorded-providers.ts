import { createHash } from 'node:crypto';
import type { ProviderSettings } from '../../config/settings';
import { SIMULATOR_CLIENT } from '../../dev/stack-environment';
import { classic, current, type RuleSet } from '../../domain/attempts/rule-sets';
import { GOLDEN_PROVIDERS } from '../golden/rows';

const SEPARATOR = '~';

/**
 * The configured name of a recorded provider under the rules a case was recorded with: every distinct configuration is a
 * provider of its own, so that one running stack serves them all.
 */
export function providerName(backend: string, rules: RuleSet): string {
  const overrides = JSON.stringify(Object.entries(overridesOf(rules)).sort());
  const digest = createHash('sha256').update(overrides).digest('hex').slice(0, 8);
  return [backend, rules.name, digest].join(SEPARATOR);
}

/** The recorded provider behind a configured name. */
export function backendOf(name: string): string {
  return name.split(SEPARATOR)[0] ?? name;
}

/** The rule set that a configured name stands for. */
export function rulesOf(name: string): string {
  return name.split(SEPARATOR)[1] ?? name;
}

/** One provider per recorded one and distinct configuration. */
export function providersFor(configurations: readonly RuleSet[], simulatorUrl: string | undefined): ProviderSettings[] {
  const named = new Map<string, ProviderSettings>();
  for (const rules of configurations) {
    for (const { name: backend, ...facts } of Object.values(GOLDEN_PROVIDERS)) {
      const name = providerName(backend, rules);
      const baseUrl = `${simulatorUrl ?? ''}/providers/${encodeURIComponent(name)}`;
      const chosen = { ruleSet: rules.name, overrides: overridesOf(rules) };
      named.set(name, { ...facts, name, baseUrl, ...SIMULATOR_CLIENT, ...chosen });
    }
  }
  return [...named.values()];
}

function overridesOf(rules: RuleSet): Record<string, unknown> {
  const base: Record<string, unknown> = { ...(rules.name === 'classic' ? classic : current) };
  return Object.fromEntries(Object.entries(rules).filter(([field, value]) => base[field] !== value));
}
