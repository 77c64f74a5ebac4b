/** What every status mail may contain. */
export interface MailValues {
  fullName: string | null;
  examName: string;
  courseName: string;
  /** The course's page on the platform; null: no such line. */
  courseUrl: string | null;
  /** Who signs; null: nobody. */
  platformName: string | null;
  /** Where questions go: the course team's address, else the platform's support page; null: no such line. */
  contact: Link | null;
}

export interface Link {
  href: string;
  label: string;
}

/** A status mail's own words. Paragraphs are plain text; the layout escapes them. */
export interface MailTemplate {
  subject: string;
  status: string;
  paragraphs(values: MailValues): string[];
}

/** Text and links, in order. */
export type Paragraph = readonly (string | Link)[];

/** A mail before it is plain text or HTML. */
export interface MailContent {
  subject: string;
  /** BCP 47. */
  language: string;
  paragraphs: readonly Paragraph[];
}

export function renderText({ paragraphs }: MailContent): string {
  const plain = (part: string | Link): string => (typeof part === 'string' ? part : part.label);
  return `${paragraphs.map((paragraph) => paragraph.map(plain).join('')).join('\n\n')}\n`;
}

export function renderHtml({ subject, language, paragraphs }: MailContent): string {
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    '<body>',
    ...paragraphs.map((paragraph) => `<p>${paragraph.map(renderPart).join('')}</p>`),
    '</body></html>',
    '',
  ].join('\n');
}

function renderPart(part: string | Link): string {
  if (typeof part === 'string') return escapeHtml(part);
  return `<a href="${escapeHtml(part.href)}">${escapeHtml(part.label)}</a>`;
}

/** The mail that comes with Invigil. */
export function usualParagraphs(template: MailTemplate, values: MailValues): Paragraph[] {
  const { fullName, examName, courseName, courseUrl, platformName, contact } = values;
  return [
    [fullName ? `Hello ${fullName},` : 'Hello,'],
    ...template.paragraphs(values).map((text) => [text]),
    [`Exam: ${examName}. Course: ${courseName}. Status: ${template.status}.`],
    ...(courseUrl ? [['The course: ', { href: courseUrl, label: courseUrl }]] : []),
    ...(contact ? [['If you have questions about proctoring: ', contact]] : []),
    ...(platformName ? [[platformName]] : []),
  ];
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
