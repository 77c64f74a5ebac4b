import type { NamedAssignment } from '../../db/qualification/statuses';
import type { ResultCell } from '../../domain/qualification/cells';
import type { EvaluationWarning } from '../../domain/qualification/evaluation';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import { inWords, type Language, type MessageCatalogue, type Reason } from '../../domain/qualification/text';

/** What reasons and cells of one list are shown with. */
export interface ListWords {
  language: Language;
  messages: MessageCatalogue;
  assignments: readonly NamedAssignment[];
  names: ReadonlyMap<string, string>;
}

export function listWords(
  language: Language,
  messages: MessageCatalogue,
  assignments: readonly NamedAssignment[],
): ListWords {
  const names = new Map(assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
  return { language, messages, assignments, names };
}

export function reasonInWords(
  reason: Reason,
  words: Pick<ListWords, 'messages' | 'language' | 'names'>,
): { code: string; params: Record<string, unknown>; text: string } {
  return { ...reason, params: { ...reason.params }, text: inWords(words.messages, reason, words) };
}

export function namedCells(
  cells: readonly ResultCell[],
  assignments: readonly NamedAssignment[],
): (ResultCell & { assignmentId: string })[] {
  return cells.map((cell, index) => ({ assignmentId: assignments[index]?.assignmentId ?? '', ...cell }));
}

export function warningsInWords(
  codes: readonly (EvaluationWarning | 'import-running')[],
  language: Language,
): { code: string; text: string }[] {
  return codes.map((code) => ({
    code,
    text: wordsFor(code === 'import-running' ? 'hindrance.import-running' : `warning.${code}`, language),
  }));
}
