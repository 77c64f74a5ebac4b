import { type Static, Type } from '@sinclair/typebox';
import { LANGUAGE_PATTERN } from '../domain/courses/language';
import type { EnvReader } from './env-reader';
import { readJsonFile } from './json-setting';

/** What a text may name, as `{examName}`. */
export const MAIL_PLACEHOLDERS = [
  'fullName',
  'examName',
  'courseName',
  'courseUrl',
  'contact',
  'platformName',
] as const;
/** Those that are always known: a subject has no words to leave out. */
const SUBJECT_PLACEHOLDERS: readonly string[] = ['examName', 'courseName'];

export type MailPlaceholder = (typeof MAIL_PLACEHOLDERS)[number];

const Line = Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

const MailTexts = Type.Array(
  Type.Object(
    {
      template: Type.Union([Type.Literal('submitted'), Type.Literal('verified'), Type.Literal('rejected')]),
      /** Absent: MAIL_LANGUAGE. */
      language: Type.Optional(Type.String({ pattern: LANGUAGE_PATTERN })),
      /** Absent: every provider without a text of its own. */
      provider: Type.Optional(Type.String({ minLength: 1 })),
      /** Absent: the one that comes with Invigil. */
      subject: Type.Optional(Line),
      /** The whole mail, greeting and signature included. Absent: the one that comes with Invigil. */
      paragraphs: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 5_000 }), { minItems: 1 })),
      /** What {courseName} is while the course's name is not known. */
      unknownCourse: Type.Optional(Line),
    },
    { additionalProperties: false },
  ),
);

/** An installation's own words for a mail, in one language. */
export type MailText = Static<typeof MailTexts>[number] & { language: string };

export interface MailTextSettings {
  /** The language of mails to learners who have named none. */
  language: string;
  texts: MailText[];
}

/** MAIL_LANGUAGE and MAIL_TEXTS_FILE. */
export function readMailTexts(reader: EnvReader): MailTextSettings {
  const language = reader.text('MAIL_LANGUAGE', 'en');
  reader.check(new RegExp(LANGUAGE_PATTERN).test(language), 'MAIL_LANGUAGE must be a language, as de or pt-BR');
  const read = readJsonFile(reader, { name: 'MAIL_TEXTS_FILE', schema: MailTexts }) ?? [];
  const texts = read.map((text) => ({ ...text, language: text.language ?? language }));
  for (const [at, text] of texts.entries())
    for (const fault of faultsOf(text, texts.slice(0, at))) reader.addProblem(`MAIL_TEXTS_FILE /${at}: ${fault}`);
  return { language, texts };
}

/** Checks that texts for one provider's mails name a provider there is. */
export function checkTextProviders(
  reader: EnvReader,
  own: MailTextSettings | undefined,
  providers: readonly { name: string }[],
): void {
  for (const [at, { provider }] of (own?.texts ?? []).entries())
    reader.check(
      provider === undefined || providers.some(({ name }) => name === provider),
      `MAIL_TEXTS_FILE /${at}: INVIGIL_PROVIDERS has no provider ${provider}`,
    );
}

function faultsOf(text: MailText, before: readonly MailText[]): string[] {
  const { subject, paragraphs } = text;
  const unknown = [
    ...placeholdersIn(subject ?? '').filter((name) => !SUBJECT_PLACEHOLDERS.includes(name)),
    ...placeholdersIn((paragraphs ?? []).join(' ')).filter(
      (name) => !MAIL_PLACEHOLDERS.includes(name as MailPlaceholder),
    ),
  ];
  const faults = unknown.map((name) => `there is no placeholder {${name}} here`);
  if (subject === undefined && paragraphs === undefined) faults.push('give a subject, paragraphs or both');
  if (before.some((other) => isSameMail(other, text))) faults.push('there is an earlier text for the same mail');
  return faults;
}

function placeholdersIn(text: string): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

function isSameMail(one: MailText, other: MailText): boolean {
  const isSameLanguage = one.language.toLowerCase() === other.language.toLowerCase();
  return isSameLanguage && one.template === other.template && one.provider === other.provider;
}
