import type { MailTemplate } from './layout';

/** What a learner is told of a status. The subjects are those recorded in golden emails.json. */
export const MAIL_TEMPLATES = {
  /** The recording has been handed in and waits for its review. */
  submitted: {
    subject: 'Proctoring attempt submitted',
    status: 'submitted',
    paragraphs: ({ examName, courseName }) => [
      `Your proctored exam "${examName}" in ${courseName} was submitted. It will now be reviewed to see that the proctoring rules were followed.`,
      'You should receive an e-mail with the result within a few days.',
    ],
  },
  /** The review found nothing against the rules. */
  verified: {
    subject: 'Proctoring attempt verified',
    status: 'verified',
    paragraphs: ({ examName, courseName }) => [
      `Your proctored exam "${examName}" in ${courseName} was reviewed and you met all proctoring requirements.`,
    ],
  },
  /** The review found that the rules were broken. */
  rejected: {
    subject: 'Proctoring attempt rejected',
    status: 'rejected',
    paragraphs: ({ examName, courseName }) => [
      `Your proctored exam "${examName}" in ${courseName} was reviewed. The review team found one or more violations of the proctored exam rules.`,
    ],
  },
} satisfies Record<string, MailTemplate>;

export type StatusMailTemplate = keyof typeof MAIL_TEMPLATES;
