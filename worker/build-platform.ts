import { Agent } from 'undici';
import { JsonService } from '../clients/http/json-service';
import { buildTokens, trimSlashes } from '../clients/http/service-token';
import { SmtpMail } from '../clients/mail/smtp';
import { CertificatesService } from '../clients/platform/certificates';
import { CoursesService } from '../clients/platform/courses';
import { CreditService } from '../clients/platform/credit';
import { GradesService } from '../clients/platform/grades';
import { InstructorService } from '../clients/platform/instructor';
import type { Platform } from '../clients/platform/services';
import { connectProvider } from '../clients/proctoring/connect-provider';
import type { Settings } from '../config/settings';

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
      const client = connectProvider(provider, settings, dispatcher);
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
