import type { ProviderFacts } from '../domain/attempts/model';
import { resolveRules } from '../domain/attempts/rule-overrides';
import { type RuleSet, classic } from '../domain/attempts/rule-sets';
import type { ProviderSettings } from './provider-settings';

/** What the configuration says about providers: facts for the rules, and the rule set itself. */
export class ProviderRules {
  private readonly byName: ReadonlyMap<string, { facts: ProviderFacts; rules: RuleSet }>;

  /** @throws when a provider's overrides name a field that does not exist or cannot have that value. */
  constructor(providers: readonly ProviderSettings[], reviewSlaMs: number) {
    this.byName = new Map(
      providers.map((provider) => [
        provider.name,
        { facts: factsOf(provider), rules: resolveRules(provider.ruleSet, { reviewSlaMs, ...provider.overrides }) },
      ]),
    );
  }

  facts(name: string | null): ProviderFacts | null {
    return name === null ? null : (this.byName.get(name)?.facts ?? { name, title: name, supportsOnboarding: false });
  }

  /**
   * The rules of a provider; a course without a known provider follows docs/recorded-behaviour.md#the-specification.
   */
  rules(name: string | null): RuleSet {
    return (name === null ? undefined : this.byName.get(name)?.rules) ?? classic;
  }
}

function factsOf({ name, title, supportsOnboarding, protocol }: ProviderSettings): ProviderFacts {
  return { name, title, supportsOnboarding, ...(protocol === undefined ? {} : { protocol }) };
}
