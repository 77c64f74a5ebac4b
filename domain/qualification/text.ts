/** The languages everything that is shipped speaks. */
export const LANGUAGES = ['en', 'nb'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Plain text, never markup. Outside plugins may leave out Norwegian and are then shown in English. */
export interface Text {
  en: string;
  nb?: string;
}

export function textIn(text: Text, language: Language): string {
  return text[language] ?? text.en;
}

/** A sentence with `{names}` of parameters in it; with `count`, in the form that number asks for. */
export type Message = string | { count: string; one: string; other: string };

/** Why something was decided, as a code with what belongs into its sentence: stored so, put into words when it is shown. */
export interface Reason {
  code: string;
  params: Readonly<Record<string, ReasonParam>>;
}

/** Assignments go by their ids; the sentence has the names of the list they were decided in. */
export type ReasonParam = number | string | { assignment: string } | { assignments: readonly string[] };

/** The sentences of one language by reason code. */
export type Messages = Readonly<Record<string, Message>>;

/** In every language, English at least. */
export interface MessageCatalogue {
  en: Messages;
  nb?: Messages;
}

/** Puts a reason into words. A code nobody has a sentence for is shown as it is, so that an old status can still be read. */
export function inWords(
  catalogue: MessageCatalogue,
  { code, params }: Reason,
  { language, names }: { language: Language; names: ReadonlyMap<string, string> },
): string {
  const message = catalogue[language]?.[code] ?? catalogue.en[code];
  if (message === undefined) return code;
  const template = typeof message === 'string' ? message : message[formFor(params[message.count], language)];
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const param = params[name];
    return param === undefined ? whole : paramInWords(param, language, names);
  });
}

/** The parameters a sentence speaks of, in all its forms. */
export function paramsOf(message: Message): Set<string> {
  const forms = typeof message === 'string' ? [message] : [message.one, message.other];
  return new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)));
}

function formFor(count: ReasonParam | undefined, language: Language): 'one' | 'other' {
  const isOne = typeof count === 'number' && new Intl.PluralRules(language).select(count) === 'one';
  return isOne ? 'one' : 'other';
}

function paramInWords(param: ReasonParam, language: Language, names: ReadonlyMap<string, string>): string {
  if (typeof param === 'number') return new Intl.NumberFormat(language).format(param);
  if (typeof param === 'string') return param;
  const nameOf = (assignmentId: string): string => names.get(assignmentId) ?? assignmentId;
  if ('assignment' in param) return nameOf(param.assignment);
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(param.assignments.map(nameOf));
}
