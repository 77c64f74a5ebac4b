/** Line breaks and control characters as blanks: what stands in a header stays there. */
export function singleLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
