import type { MailTemplate } from './layout';

/** Sent when the review found that the rules were broken. */
export const rejectedMail: MailTemplate = {
  subject: 'Proctoring attempt rejected',
  status: 'rejected',
  paragraphs: ({ examName, courseName }) => [
    `Your proctored exam "${examName}" in ${courseName} was reviewed. The review team found one or more violations of the proctored exam rules.`,
  ],
};
