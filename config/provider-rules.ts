import type { NewAttemptProvider } from '../domain/attempts/decision';
import type { ProviderFacts } from '../domain/attempts/model';
import { resolveRules } from '../domain/attempts/rule-overrides';
import type { RuleSet } from '../domain/attempts/rule-sets';
import type { ProviderSettings } from './provider-settings';

export interface ProviderRulesSettings {
  providers: readonly ProviderSettings[];
  /** The rules of attempts without a configured provider. */
  defaultRuleSet: RuleSet['name'];
  reviewSlaMs: number;
}

interface Configured {
  facts: ProviderFacts;
  rules: RuleSet;
  isRetired: boolean;
}

/** What the configuration says about providers: facts for the rules, the rule set itself, and who registers learners. */
export class ProviderRules {
  private readonly byName: ReadonlyMap<string, Configured>;
  private readonly byDefault: RuleSet;

  /** @throws when a provider's overrides name a field that does not exist or cannot have that value. */
  constructor({ providers, defaultRuleSet, reviewSlaMs }: ProviderRulesSettings) {
    this.byDefault = resolveRules(defaultRuleSet, { reviewSlaMs });
    this.byName = new Map(
      providers.map((provider) => [
        provider.name,
        {
          facts: factsOf(provider),
          rules: resolveRules(provider.ruleSet, { reviewSlaMs, ...provider.overrides }),
          isRetired: provider.retired === true,
        },
      ]),
    );
  }

  facts(name: string | null): ProviderFacts | null {
    return name === null ? null : (this.byName.get(name)?.facts ?? { name, title: name, supportsOnboarding: false });
  }

  /** The rules of a provider; DEFAULT_RULE_SET's without one that is configured. */
  rules(name: string | null): RuleSet {
    return (name === null ? undefined : this.byName.get(name)?.rules) ?? this.byDefault;
  }

  /** With whom an attempt on an exam or in a course of this provider would be. */
  forNewAttempt(name: string | null): NewAttemptProvider {
    const known = name === null ? undefined : this.byName.get(name);
    return { name: known ? name : null, registers: known !== undefined && !known.isRetired };
  }

  isConfigured(name: string): boolean {
    return this.byName.has(name);
  }
}

function factsOf({ name, title, supportsOnboarding, protocol }: ProviderSettings): ProviderFacts {
  return { name, title, supportsOnboarding, ...(protocol === undefined ? {} : { protocol }) };
}
