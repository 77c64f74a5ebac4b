/** What every status mail may speak of. */
export interface MailValues {
  fullName: string | null;
  examName: string;
  courseName: string;
  /** The course team's address; null: no contact line. */
  escalationEmail: string | null;
}

/** A status mail's own words. Paragraphs are plain text; the layout escapes them. */
export interface MailTemplate {
  subject: string;
  status: string;
  paragraphs(values: MailValues): string[];
}

export function textOf(template: MailTemplate, values: MailValues): string {
  return `${paragraphsOf(template, values).join('\n\n')}\n`;
}

export function htmlOf(template: MailTemplate, values: MailValues): string {
  const paragraphs = paragraphsOf(template, values).map((paragraph) => `<p>${escaped(paragraph)}</p>`);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(template.subject)}</title></head>`,
    '<body>',
    ...paragraphs,
    '</body></html>',
    '',
  ].join('\n');
}

function paragraphsOf(template: MailTemplate, values: MailValues): string[] {
  return [
    values.fullName ? `Hello ${values.fullName},` : 'Hello,',
    ...template.paragraphs(values),
    `Exam: ${values.examName}. Course: ${values.courseName}. Status: ${template.status}.`,
    ...(values.escalationEmail ? [`If you have questions about proctoring, write to ${values.escalationEmail}.`] : []),
  ];
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
