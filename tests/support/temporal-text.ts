/** All text in a message of Temporal's API, with the content of its payloads: what somebody with access could read. */
export function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, member]) => `${name} ${wordsIn(member)}`)
    .join(' ');
}
