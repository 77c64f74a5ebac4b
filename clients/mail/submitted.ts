import type { MailTemplate } from './layout';

/** Sent when the recording has been handed in and waits for its review. */
export const submittedMail: MailTemplate = {
  subject: 'Proctoring attempt submitted',
  status: 'submitted',
  paragraphs: ({ examName, courseName }) => [
    `Your proctored exam "${examName}" in ${courseName} was submitted. It will now be reviewed to see that the proctoring rules were followed.`,
    'You should receive an e-mail with the result within a few days.',
  ],
};
