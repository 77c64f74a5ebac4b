import type { StatusMail } from '../platform';
import { htmlOf, type MailTemplate, textOf } from './layout';
import { rejected } from './rejected';
import { submitted } from './submitted';
import { verified } from './verified';

export type StatusMailTemplate = 'submitted' | 'verified' | 'rejected';

export interface StatusMailRequest {
  to: string;
  fullName?: string;
  examName: string;
  /** Null when the credit service knows none: the mail then says "your course" (golden emails.json). */
  courseName: string | null;
  template: StatusMailTemplate;
  escalationEmail?: string | null;
  messageId: string;
}

const TEMPLATES: Record<StatusMailTemplate, MailTemplate> = { submitted, verified, rejected };

/** The mail a learner gets about an attempt; the subjects are those recorded in golden emails.json. */
export function statusMail(request: StatusMailRequest): StatusMail {
  const template = TEMPLATES[request.template];
  const values = {
    fullName: request.fullName ?? null,
    examName: request.examName,
    courseName: request.courseName ?? 'your course',
    escalationEmail: request.escalationEmail ?? null,
  };
  return {
    to: request.to,
    subject: template.subject,
    text: textOf(template, values),
    html: htmlOf(template, values),
    messageId: request.messageId,
  };
}
