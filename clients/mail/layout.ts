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

/** Text that may end in a link. */
type Paragraph = string | { before: string; link: Link };

export function renderText(template: MailTemplate, values: MailValues): string {
  const plain = (one: Paragraph): string => (typeof one === 'string' ? one : `${one.before} ${one.link.label}`);
  return `${paragraphsOf(template, values).map(plain).join('\n\n')}\n`;
}

export function renderHtml(template: MailTemplate, values: MailValues): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(template.subject)}</title></head>`,
    '<body>',
    ...paragraphsOf(template, values).map((one) => `<p>${renderParagraph(one)}</p>`),
    '</body></html>',
    '',
  ].join('\n');
}

function renderParagraph(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return escapeHtml(paragraph);
  const { before, link } = paragraph;
  return `${escapeHtml(before)} <a href="${escapeHtml(link.href)}">${escapeHtml(link.label)}</a>`;
}

function paragraphsOf(template: MailTemplate, values: MailValues): Paragraph[] {
  const { fullName, examName, courseName, courseUrl, platformName, contact } = values;
  return [
    fullName ? `Hello ${fullName},` : 'Hello,',
    ...template.paragraphs(values),
    `Exam: ${examName}. Course: ${courseName}. Status: ${template.status}.`,
    ...(courseUrl ? [{ before: 'The course:', link: { href: courseUrl, label: courseUrl } }] : []),
    ...(contact ? [{ before: 'If you have questions about proctoring:', link: contact }] : []),
    ...(platformName ? [platformName] : []),
  ];
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
