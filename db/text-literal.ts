/**
 * A text as an SQL expression of hexadecimal digits, so nothing in it can be read as SQL or as a placeholder.
 * Only needed where several statements travel in one round trip, as Postgres takes no parameters there.
 */
export function textLiteral(text: string): string {
  return `convert_from(decode('${Buffer.from(text, 'utf8').toString('hex')}', 'hex'), 'UTF8')`;
}
