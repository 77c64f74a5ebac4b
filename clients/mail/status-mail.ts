import { isMailAddress } from '../../domain/courses/mail-address';
import type { StatusMail } from '../platform/services';
import { type Link, renderHtml, renderText } from './layout';
import { singleLine } from './single-line';
import { MAIL_TEMPLATES, type StatusMailTemplate } from './templates';

/** The platform's texts in mails; what is absent is left out. */
export interface PlatformTexts {
  platformName?: string;
  /** Address of a course's page, with `{courseId}` in it. */
  courseUrl?: string;
  /** The support page, for courses without an address of their own. */
  contactUrl?: string;
}

export interface StatusMailRequest {
  to: string;
  fullName?: string;
  examName: string;
  /** Null when the credit service knows none: the mail then says "your course" (golden emails.json). */
  courseName: string | null;
  template: StatusMailTemplate;
  escalationEmail?: string | null;
  courseId?: string;
  platform?: PlatformTexts;
  messageId: string;
}

/** What would end the address in a link and begin fields of the mail, e.g. further recipients. */
const URL_SYNTAX = /[%?&#/]/g;

/** The mail a learner gets about an attempt. */
export function buildStatusMail(request: StatusMailRequest): StatusMail {
  const template = MAIL_TEMPLATES[request.template];
  const values = {
    fullName: request.fullName ?? null,
    examName: request.examName,
    courseName: request.courseName ?? 'your course',
    courseUrl: courseUrlOf(request),
    platformName: request.platform?.platformName ?? null,
    contact: contactOf(request),
  };
  return {
    to: { name: singleLine(request.fullName ?? ''), address: request.to },
    subject: template.subject,
    text: renderText(template, values),
    html: renderHtml(template, values),
    messageId: request.messageId,
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
