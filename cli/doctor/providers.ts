import type { ProviderSettings, Settings } from '../../config/settings';
import type { ProviderInUse } from '../../db/courses/providers-in-use';
import { type Finding, well, problem, warning } from './finding';
import { originOf, type Probe, probe } from './probe';
import { answerFinding } from './services';

export interface ObservedProvider extends Pick<ProviderSettings, 'name' | 'ruleSet' | 'retired'> {
  /** Null for a provider without an address. */
  answer: { origin: string; probe: Probe } | null;
  hasCredentials: boolean;
}

export async function observeProviders({ providers }: Pick<Settings, 'providers'>): Promise<ObservedProvider[]> {
  return Promise.all(
    providers.map(async (provider) => {
      const { name, ruleSet, retired = false, baseUrl, clientId, clientSecret } = provider;
      return {
        name,
        ruleSet,
        retired,
        answer: baseUrl ? { origin: originOf(baseUrl), probe: await probe(baseUrl) } : null,
        hasCredentials: Boolean(clientId && clientSecret),
      };
    }),
  );
}

/**
 * @param inUse by active proctored exams, and by attempts with work ahead. A provider of theirs that is not configured can
 * register nobody, and hears nothing of its attempts; one that is retired registers nobody either.
 */
export function providerFindings(observed: readonly ObservedProvider[], inUse: readonly ProviderInUse[]): Finding[] {
  const configured = new Set(observed.map(({ name }) => name));
  const unknown = inUse.filter(({ provider }) => !configured.has(provider));
  const retired = new Set(observed.filter((one) => one.retired).map(({ name }) => name));
  const leaving = inUse.filter(({ provider, courses }) => retired.has(provider) && courses > 0);
  return [
    ...(observed.length === 0
      ? [warning('providers', 'none: no exam can be proctored', 'set INVIGIL_PROVIDERS')]
      : observed.flatMap(findingsOf)),
    ...unknown.map(({ provider, courses, attempts }) =>
      problem(
        'providers',
        `${courses} courses name ${provider}, which is not configured; ${attempts} attempts have work ahead there`,
        'add it to INVIGIL_PROVIDERS, with "retired": true where it is to register nobody',
      ),
    ),
    ...leaving.map(({ provider, courses }) =>
      warning(
        'providers',
        `${courses} courses name ${provider}, which is retired: nobody can begin their proctored exams`,
        'publish them with another proctoringProvider',
      ),
    ),
  ];
}

function findingsOf({ name, ruleSet, retired = false, answer, hasCredentials }: ObservedProvider): Finding[] {
  const check = `provider ${name}`;
  const rules = `rule set ${ruleSet}${retired ? '; retired' : ''}`;
  if (answer === null) return [well(check, `${rules}; no address: it is told nothing`)];
  const finding = answerFinding(check, 'its baseUrl in INVIGIL_PROVIDERS', answer);
  const seen = `${rules}; ${finding.seen}`;
  if (finding.level !== 'ok' || hasCredentials) return [{ ...finding, seen }];
  return [
    warning(check, `${seen}; no credentials`, 'give it clientId and clientSecret, unless it takes calls without'),
  ];
}
