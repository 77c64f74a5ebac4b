import { isStorable } from '../../domain/storable-text';

/** Deeper bodies are no one's: checking and comparing them takes a stack of their depth. */
const MOST_LEVELS = 64;

export interface StrangePart {
  /** A JSON pointer (RFC 6901). */
  pointer: string;
  message: string;
}

interface Part {
  value: unknown;
  pointer: string;
  level: number;
}

/** The first text, or name of a member, that cannot be stored, or a part nested too deep. Uses no stack. */
export function findStrangePart(value: unknown, { texts = true } = {}): StrangePart | undefined {
  const waiting: Part[] = [{ value, pointer: '', level: 0 }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { pointer, level } = part;
    if (level > MOST_LEVELS) return { pointer: '', message: `has more than ${MOST_LEVELS} levels` };
    if (texts && typeof part.value === 'string' && !isStorable(part.value))
      return { pointer, message: 'has characters that no text has' };
    const members = membersOf(part);
    const strange = texts ? members.find(({ name }) => !isStorable(name)) : undefined;
    if (strange) return { pointer, message: 'has a name with characters that no text has' };
    for (const { name, value: member } of members.reverse())
      waiting.push({ value: member, pointer: `${pointer}/${escaped(name)}`, level: level + 1 });
  }
  return undefined;
}

function membersOf({ value }: Part): { name: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, member]: [string, unknown]) => ({ name, value: member }));
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
