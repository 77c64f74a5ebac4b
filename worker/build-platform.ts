import { Agent } from 'undici';
import { JsonService, serviceTokens } from '../clients/http/json-service';
import type { TokenCache } from '../clients/http/oauth';
import { SmtpMail } from '../clients/mail/smtp';
import { CertificatesService } from '../clients/platform/certificates';
import { CoursesService } from '../clients/platform/courses';
import { CreditService } from '../clients/platform/credit';
import { GradesService } from '../clients/platform/grades';
import { InstructorService } from '../clients/platform/instructor';
import type { Platform, ProctoringClient } from '../clients/platform/services';
import { EdxRestProvider } from '../clients/proctoring/edx-rest';
import type { ProviderSettings, Settings } from '../config/settings';

/** Connections per service: enough for a worker's concurrent activities, few enough not to be taken for an attack. */
const CONNECTIONS = 64;

/** All outside services as configured. Nothing is contacted before the first call; close() ends all connections. */
export function buildPlatform(settings: Settings): Platform {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  const services = platformServices(settings, dispatcher);
  const mail = settings.smtpUrl
    ? new SmtpMail({ url: settings.smtpUrl, from: settings.mailFrom, timeoutMs: settings.services.timeoutMs })
    : null;
  const providers = new Map(
    settings.providers.flatMap((provider) => {
      const client = providerClient(provider, settings, dispatcher);
      return client ? [[provider.name, client] as const] : [];
    }),
  );
  return {
    ...services,
    mail,
    provider: (name) => providers.get(name) ?? null,
    close: async () => {
      mail?.close();
      await dispatcher.close();
    },
  };
}

type Services = Pick<Platform, 'credit' | 'grades' | 'certificates' | 'instructor' | 'courses'>;

function platformServices(settings: Settings, dispatcher: Agent): Services {
  const { timeoutMs, ...urls } = settings.services;
  const tokens = buildTokens('token', urls.tokenUrl, urls, timeoutMs, dispatcher);
  const http = (service: string, baseUrl: string | undefined): JsonService | null =>
    baseUrl
      ? new JsonService({
          service,
          baseUrl: trimSlashes(baseUrl),
          timeoutMs,
          dispatcher,
          ...(tokens ? { tokens } : {}),
        })
      : null;
  const credit = http('credit', urls.credit);
  const grades = http('grades', urls.grades);
  const certificates = http('certificates', urls.certificates);
  const instructor = http('instructor', urls.instructor);
  const courses = http('courses', urls.courses);
  return {
    credit: credit && new CreditService(credit),
    grades: grades && new GradesService(grades),
    certificates: certificates && new CertificatesService(certificates),
    instructor: instructor && new InstructorService(instructor),
    courses: courses && new CoursesService(courses),
  };
}

function providerClient(provider: ProviderSettings, settings: Settings, dispatcher: Agent): ProctoringClient | null {
  if (!provider.baseUrl) return null;
  const { timeoutMs } = settings.services;
  const service = `provider:${provider.name}`;
  const baseUrl = trimSlashes(provider.baseUrl);
  const tokens = buildTokens(service, `${baseUrl}/oauth2/access_token`, provider, timeoutMs, dispatcher, 'JWT');
  return new EdxRestProvider(
    new JsonService({ service, baseUrl, timeoutMs, dispatcher, ...(tokens ? { tokens } : {}) }),
    { provider: provider.name, obfuscationKey: settings.obfuscationKey ?? provider.clientSecret ?? provider.name },
  );
}

function buildTokens(
  service: string,
  tokenUrl: string | undefined,
  { clientId, clientSecret }: { clientId?: string; clientSecret?: string },
  timeoutMs: number,
  dispatcher: Agent,
  scheme: 'Bearer' | 'JWT' = 'Bearer',
): TokenCache | null {
  if (!tokenUrl || !clientId || !clientSecret) return null;
  return serviceTokens({ service, tokenUrl, clientId, clientSecret, timeoutMs, dispatcher, scheme });
}

function trimSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}
