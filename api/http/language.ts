import { type Language, LANGUAGES } from '../../domain/qualification/text';

/** Both forms of Norwegian are answered in bokmål. */
const ALIASES: Readonly<Record<string, Language>> = { no: 'nb', nn: 'nb' };

/** The best of our languages for an Accept-Language header, else the one that is usual where it is asked. */
export function languageOf(acceptLanguage: string | undefined, usual: string): Language {
  const wanted = (acceptLanguage ?? '').split(',').map(parseRange);
  wanted.sort((one, other) => other.quality - one.quality);
  for (const { tag, quality } of wanted) {
    const language = quality > 0 ? knownLanguage(tag) : undefined;
    if (language !== undefined) return language;
  }
  return knownLanguage(usual) ?? 'en';
}

function parseRange(text: string): { tag: string; quality: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { tag, quality: Number.isFinite(quality) ? quality : 0 };
}

function knownLanguage(tag: string): Language | undefined {
  const [primary = ''] = tag.split('-');
  return LANGUAGES.find((language) => language === primary) ?? ALIASES[primary];
}
