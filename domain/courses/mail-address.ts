/** Blanks, separators of lists and comments, quotes, control characters, and those that are not seen or turn the text around. */
const NOT_IN_AN_ADDRESS =
  '\\s@,;:<>()\\[\\]\\\\"\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f';

const LABEL = `[^.${NOT_IN_AN_ADDRESS}]+`;

/**
 * Exactly one mail address, local part and domain, letters of any script. Neither a list nor a name with an address, so that a
 * mail goes to one mailbox; stricter than RFC 5321 in that nothing may be quoted.
 */
export const MAIL_ADDRESS_PATTERN = `^[^${NOT_IN_AN_ADDRESS}]+@${LABEL}(?:\\.${LABEL})*$`;

const MAIL_ADDRESS = new RegExp(MAIL_ADDRESS_PATTERN);

export function isMailAddress(text: string): boolean {
  return MAIL_ADDRESS.test(text);
}
