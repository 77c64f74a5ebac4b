/** Half of a pair, which UTF-8 cannot hold: with the flag u a whole pair is another character. */
const HALF = /\p{Cs}/u;

/** Postgres stores no NUL either. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !HALF.test(text);
}

/** U+FFFD in the place of each character that cannot be stored. */
export function toStorable(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Cs}/gu, '\ufffd');
}
