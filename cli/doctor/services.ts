import type { Settings } from '../../config/settings';
import { type Finding, well, problem, warning } from './finding';
import { originOf, type Probe, probe } from './probe';

/** The platform's services by the name their effects have, and what says where each is. */
const VARIABLES = {
  credit: 'CREDIT_URL',
  grades: 'GRADES_URL',
  certificates: 'CERTIFICATES_URL',
  instructor: 'INSTRUCTOR_URL',
  courses: 'COURSES_URL',
} as const;

type ServiceName = keyof typeof VARIABLES;

export interface ObservedService {
  name: ServiceName | 'platform tokens';
  variable: string;
  /** Null when it is not configured. */
  answer: { origin: string; probe: Probe } | null;
}

export async function observeServices({ services }: Pick<Settings, 'services'>): Promise<ObservedService[]> {
  const named = Object.entries(VARIABLES) as [ServiceName, string][];
  const all = [
    ...named.map(([name, variable]) => ({ name, variable, url: services[name] })),
    { name: 'platform tokens' as const, variable: 'PLATFORM_TOKEN_URL', url: services.tokenUrl },
  ];
  return Promise.all(
    all.map(async ({ name, variable, url }) => ({
      name,
      variable,
      answer: url ? { origin: originOf(url), probe: await probe(url) } : null,
    })),
  );
}

export function serviceFindings(
  observed: readonly ObservedService[],
  { services }: Pick<Settings, 'services'>,
): Finding[] {
  const hasCredentials = Boolean(services.clientId && services.clientSecret);
  return observed
    .map((service) => {
      const { name, variable, answer } = service;
      if (answer !== null) return answerFinding(name, variable, answer);
      if (name !== 'platform tokens')
        return warning(name, 'not configured: its effects are skipped', `set ${variable}`);
      if (hasCredentials) return problem(name, 'there is nowhere to use PLATFORM_CLIENT_ID', `set ${variable}`);
      return well(name, 'not configured: calls to the platform carry no token');
    })
    .concat(
      services.tokenUrl && !hasCredentials
        ? [problem('platform tokens', 'no credentials', 'set PLATFORM_CLIENT_ID and PLATFORM_CLIENT_SECRET')]
        : [],
    );
}

/** Any answer but a gateway's own will do: what is asked for here need not exist. */
export function answerFinding(
  check: string,
  variable: string,
  { origin, probe: seen }: { origin: string; probe: Probe },
): Finding {
  if ('failure' in seen)
    return problem(check, `${origin} cannot be reached (${seen.failure})`, `start it, or correct ${variable}`);
  const text = `${origin} answers (${seen.status}, ${seen.ms} ms)`;
  const isDown = [502, 503, 504].includes(seen.status);
  return isDown ? warning(check, text, 'what stands before it says that it is down') : well(check, text);
}
