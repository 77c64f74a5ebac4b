import type { MailTemplate } from './layout';

/** Sent when the review found nothing against the rules. */
export const verifiedMail: MailTemplate = {
  subject: 'Proctoring attempt verified',
  status: 'verified',
  paragraphs: ({ examName, courseName }) => [
    `Your proctored exam "${examName}" in ${courseName} was reviewed and you met all proctoring requirements.`,
  ],
};
