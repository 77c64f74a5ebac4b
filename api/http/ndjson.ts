/** One line of a stream: what it holds, or why it holds nothing. Numbers start at 1. */
export type NdjsonLine = { line: number; value: unknown } | { line: number; problem: string };

/**
 * Reads newline-delimited JSON without ever holding more than one line and one chunk, however many lines there are. A bad
 * line does not stop the reading; a line that is too long is skipped up to its end. Empty lines count but yield nothing.
 */
export async function* readNdjson(
  stream: AsyncIterable<Uint8Array>,
  maxLineLength: number,
): AsyncGenerator<NdjsonLine> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  let tooLong = false;
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      number += 1;
      yield* tooLong ? [tooLongLine(number)] : parseLine(number, part, maxLineLength);
      tooLong = false;
    }
    if (rest.length > maxLineLength) [rest, tooLong] = ['', true];
  }
  if (tooLong) yield tooLongLine(number + 1);
  else yield* parseLine(number + 1, rest + decoder.decode(), maxLineLength);
}

function parseLine(line: number, text: string, maxLineLength: number): NdjsonLine[] {
  if (text.length > maxLineLength) return [tooLongLine(line)];
  if (text.trim() === '') return [];
  try {
    return [{ line, value: JSON.parse(text) as unknown }];
  } catch {
    return [{ line, problem: 'is not JSON' }];
  }
}

function tooLongLine(line: number): NdjsonLine {
  return { line, problem: 'is too long' };
}
