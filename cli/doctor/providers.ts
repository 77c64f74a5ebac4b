import type { ProviderSettings, Settings } from '../../config/settings';
import type { ProviderInUse } from '../../db/courses/providers-in-use';
import { type Finding, well, problem, warning } from './finding';
import { originOf, type Probe, probe } from './probe';
import { answerFinding } from './services';

export interface ObservedProvider extends Pick<ProviderSettings, 'name' | 'ruleSet'> {
  /** Null for a provider without an address. */
  answer: { origin: string; probe: Probe } | null;
  hasCredentials: boolean;
}

export async function observeProviders({ providers }: Pick<Settings, 'providers'>): Promise<ObservedProvider[]> {
  return Promise.all(
    providers.map(async (provider) => {
      const { name, ruleSet, baseUrl, clientId, clientSecret } = provider;
      return {
        name,
        ruleSet,
        answer: baseUrl ? { origin: originOf(baseUrl), probe: await probe(baseUrl) } : null,
        hasCredentials: Boolean(clientId && clientSecret),
      };
    }),
  );
}

/** @param inUse by active proctored exams; a provider of theirs that is not configured can register nobody. */
export function providerFindings(observed: readonly ObservedProvider[], inUse: readonly ProviderInUse[]): Finding[] {
  const configured = new Set(observed.map(({ name }) => name));
  const unknown = inUse.filter(({ provider }) => !configured.has(provider));
  return [
    ...(observed.length === 0
      ? [warning('providers', 'none: no exam can be proctored', 'set INVIGIL_PROVIDERS')]
      : observed.flatMap(findingsOf)),
    ...unknown.map(({ provider, courses }) =>
      problem(
        'providers',
        `${courses} courses name ${provider}, which is not configured`,
        'add it to INVIGIL_PROVIDERS',
      ),
    ),
  ];
}

function findingsOf({ name, ruleSet, answer, hasCredentials }: ObservedProvider): Finding[] {
  const check = `provider ${name}`;
  if (answer === null) return [well(check, `rule set ${ruleSet}; no address: it is told nothing`)];
  const finding = answerFinding(check, 'its baseUrl in INVIGIL_PROVIDERS', answer);
  const seen = `rule set ${ruleSet}; ${finding.seen}`;
  if (finding.level !== 'ok' || hasCredentials) return [{ ...finding, seen }];
  return [
    warning(check, `${seen}; no credentials`, 'give it clientId and clientSecret, unless it takes calls without'),
  ];
}
