import { decodeCursor, encodeCursor, type PageRequest } from '../../db/core/cursor';
import { type DecidedList, listDifferences, type StudentDifference } from '../../domain/qualification/differences';
import { compareIds } from '../../domain/qualification/ids';

type DifferenceItem = Omit<StudentDifference, 'assignments'> & {
  assignments: StudentDifference['assignments'][number][];
};

/** A page of what two lists differ in. `total` counts those with another answer, come or gone. */
export function differencesPage(
  before: DecidedList,
  after: DecidedList,
  { limit, cursor }: PageRequest,
): { total: number; items: DifferenceItem[]; nextCursor: string | null } {
  const all = listDifferences(before, after);
  const from = cursor === undefined ? undefined : decodeCursor(cursor, [/^[^]+$/])[0];
  const rest = from === undefined ? all : all.filter(({ userId }) => compareIds(userId, from) > 0);
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  return {
    total: all.filter(({ change }) => change !== 'results').length,
    items: page.map((difference) => ({ ...difference, assignments: [...difference.assignments] })),
    nextCursor: last === undefined ? null : encodeCursor([last.userId]),
  };
}
