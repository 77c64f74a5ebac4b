import type { MailText, MailTextSettings } from '../../config/mail-texts';
import { isMailAddress } from '../../domain/courses/mail-address';
import type { StatusMail } from '../platform/services';
import { type Link, type MailContent, type MailValues, renderHtml, renderText, usualParagraphs } from './layout';
import { findOwnText, ownParagraphs, ownSubject } from './own-texts';
import { singleLine } from './single-line';
import { MAIL_TEMPLATES, type StatusMailTemplate } from './templates';

/** The platform's texts in mails; what is absent is left out. */
export interface PlatformTexts {
  platformName?: string;
  /** Address of a course's page, with `{courseId}` in it. */
  courseUrl?: string;
  /** The support page, for courses without an address of their own. */
  contactUrl?: string;
  /** The installation's own words. */
  own?: MailTextSettings;
}

export interface StatusMailRequest {
  to: string;
  fullName?: string;
  examName: string;
  /** Null when the credit service knows none: the mail then says "your course" (golden emails.json). */
  courseName: string | null;
  template: StatusMailTemplate;
  /** The attempt's provider, and the learner's language: an installation may have texts of its own for them. */
  provider?: string | null;
  language?: string | null;
  escalationEmail?: string | null;
  courseId?: string;
  platform?: PlatformTexts;
  messageId: string;
}

/** What would end the address in a link and begin fields of the mail, e.g. further recipients. */
const URL_SYNTAX = /[%?&#/]/g;

/** The mail a learner gets about an attempt: the installation's own text, else the one that comes with Invigil. */
export function buildStatusMail(request: StatusMailRequest): StatusMail {
  const content = contentOf(request, ownTextOf(request));
  return {
    to: { name: singleLine(request.fullName ?? ''), address: request.to },
    subject: content.subject,
    text: renderText(content),
    html: renderHtml(content),
    messageId: request.messageId,
  };
}

function ownTextOf({ template, provider = null, language, platform }: StatusMailRequest): MailText | undefined {
  if (!platform?.own) return undefined;
  const { texts, language: usual } = platform.own;
  return findOwnText(texts, { template, provider, languages: language ? [language, usual] : [usual] });
}

function contentOf(request: StatusMailRequest, own: MailText | undefined): MailContent {
  const template = MAIL_TEMPLATES[request.template];
  const values: MailValues = {
    fullName: request.fullName ?? null,
    examName: request.examName,
    courseName: request.courseName ?? own?.unknownCourse ?? 'your course',
    courseUrl: courseUrlOf(request),
    platformName: request.platform?.platformName ?? null,
    contact: contactOf(request),
  };
  const { subject, paragraphs } = own ?? {};
  return {
    subject: subject === undefined ? template.subject : ownSubject(subject, values),
    language: own?.paragraphs ? own.language : 'en',
    paragraphs: paragraphs ? ownParagraphs(paragraphs, values) : usualParagraphs(template, values),
  };
}

function courseUrlOf({ courseId, platform }: StatusMailRequest): string | null {
  if (courseId === undefined || platform?.courseUrl === undefined) return null;
  return platform.courseUrl.replace('{courseId}', () => encodeURI(courseId));
}

function contactOf({ escalationEmail, platform }: StatusMailRequest): Link | null {
  if (escalationEmail && isMailAddress(escalationEmail))
    return { href: `mailto:${escalationEmail.replace(URL_SYNTAX, encodeURIComponent)}`, label: escalationEmail };
  const url = platform?.contactUrl;
  return url === undefined ? null : { href: url, label: url };
}
