import { inWords, type MessageCatalogue, type Language } from '../text';
import { MESSAGES_EN } from './en';
import type { MessageKey } from './keys';
import { MESSAGES_NB } from './nb';

export const QUALIFICATION_MESSAGES = { en: MESSAGES_EN, nb: MESSAGES_NB } satisfies MessageCatalogue;

/** The words for a code of this feature; plugins bring their own with them. */
export function wordsFor(key: MessageKey, language: Language): string {
  return inWords(QUALIFICATION_MESSAGES, { code: key, params: {} }, { language, names: new Map() });
}
