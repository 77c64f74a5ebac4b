import type { MailPlaceholder, MailText } from '../../config/mail-texts';
import { cutTo } from '../cut-text';
import type { Link, MailValues, Paragraph } from './layout';
import { singleLine } from './single-line';

/** Exam names have up to 4,000 characters. */
const NAME_IN_SUBJECT = 120;

/** Which mail, for whom. */
export interface MailChoice {
  template: MailText['template'];
  provider: string | null;
  /** The learner's, then the installation's. */
  languages: readonly string[];
}

/**
 * The installation's own text for a mail: in the learner's language before the installation's, `pt` also for `pt-BR`, and of
 * the provider before the one for all. Undefined where there is none: then the mail is the one that comes with Invigil.
 */
export function findOwnText(
  texts: readonly MailText[],
  { template, provider, languages }: MailChoice,
): MailText | undefined {
  const wanted = languages.flatMap(withParents);
  return texts
    .filter((text) => text.template === template && (text.provider === undefined || text.provider === provider))
    .map((text) => ({ text, rank: wanted.indexOf(text.language.toLowerCase()) }))
    .filter(({ rank }) => rank >= 0)
    .sort(
      (one, other) =>
        one.rank - other.rank || Number(other.text.provider !== undefined) - Number(one.text.provider !== undefined),
    )
    .map(({ text }) => text)[0];
}

/** `zh-Hant-TW`, `zh-Hant`, `zh`. */
function withParents(language: string): string[] {
  const parts = language.toLowerCase().split('-');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('-'));
}

export function ownSubject(subject: string, { examName, courseName }: MailValues): string {
  const values: Record<string, string> = { examName, courseName };
  return subject.replace(PLACEHOLDER, (_, name: string) => cutTo(singleLine(values[name] ?? ''), NAME_IN_SUBJECT));
}

/** A paragraph that names something nobody knows, e.g. the page of a course, is left out. */
export function ownParagraphs(paragraphs: readonly string[], values: MailValues): Paragraph[] {
  const known = knownValues(values);
  return paragraphs.map((text) => fill(text, known)).filter((paragraph) => paragraph !== undefined);
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

function fill(text: string, known: Record<string, string | Link | null>): Paragraph | undefined {
  const parts = text.split(PLACEHOLDER).map((part, at) => (at % 2 === 0 ? part : (known[part] ?? null)));
  return parts.some((part) => part === null) ? undefined : (parts as Paragraph);
}

function knownValues({ fullName, courseUrl, ...values }: MailValues): Record<MailPlaceholder, string | Link | null> {
  return { ...values, fullName: fullName || null, courseUrl: courseUrl ? { href: courseUrl, label: courseUrl } : null };
}
