import type { EnvReader } from './env-reader';
import { type MailTextSettings, readMailTexts } from './mail-texts';

/** The platform's services that are told of attempts; one without an address is left out. */
export interface ServiceSettings {
  credit?: string;
  grades?: string;
  certificates?: string;
  instructor?: string;
  courses?: string;
  timeoutMs: number;
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
}

export interface MailSettings {
  smtpUrl?: string;
  mailFrom: string;
  /** The platform's details in mails; absent ones are left out. */
  mailTexts: { platformName?: string; courseUrl?: string; contactUrl?: string; own?: MailTextSettings };
}

export function readServices(reader: EnvReader): ServiceSettings {
  return {
    ...reader.optionalUrl('credit', 'CREDIT_URL'),
    ...reader.optionalUrl('grades', 'GRADES_URL'),
    ...reader.optionalUrl('certificates', 'CERTIFICATES_URL'),
    ...reader.optionalUrl('instructor', 'INSTRUCTOR_URL'),
    ...reader.optionalUrl('courses', 'COURSES_URL'),
    ...reader.optionalUrl('tokenUrl', 'PLATFORM_TOKEN_URL'),
    ...reader.optional('clientId', 'PLATFORM_CLIENT_ID'),
    ...reader.optional('clientSecret', 'PLATFORM_CLIENT_SECRET'),
    timeoutMs: reader.integer('SERVICE_TIMEOUT_MS', 10_000),
  };
}

export function readMail(reader: EnvReader): MailSettings {
  return {
    ...reader.optionalUrl('smtpUrl', 'SMTP_URL', ['smtp', 'smtps']),
    mailFrom: reader.text('MAIL_FROM', 'no-reply@example.org'),
    mailTexts: {
      ...reader.optional('platformName', 'MAIL_PLATFORM_NAME'),
      ...reader.optional('courseUrl', 'MAIL_COURSE_URL'),
      ...reader.optional('contactUrl', 'MAIL_CONTACT_URL'),
      own: readMailTexts(reader),
    },
  };
}
