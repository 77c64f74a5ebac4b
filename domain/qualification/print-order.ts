import { compareIds } from './ids';

export const PRINT_SORTS = ['name', 'username', 'lastname'] as const;

export type PrintSort = (typeof PRINT_SORTS)[number];

/** A student on paper; `fullName` is empty where it is missing. */
export interface PrintedStudent {
  userId: string;
  username: string;
  fullName: string;
}

/** Orders nobody knows are refused by the caller, never guessed at. */
export function isPrintSort(sort: string): sort is PrintSort {
  return (PRINT_SORTS as readonly string[]).includes(sort);
}

/**
 * In the alphabet of the language, as people look names up in it: in Norwegian æ, ø and å stand last, and Aa with å. Missing
 * names come first, where they are seen. Equal names go by user name, then id, so that two prints are alike.
 */
export function inPrintOrder<Student extends PrintedStudent>(
  students: readonly Student[],
  sort: PrintSort,
  language: string,
): Student[] {
  const { compare } = new Intl.Collator(language);
  const keyed = students.map((student) => ({ student, key: sortKey(student, sort) }));
  keyed.sort(
    (one, other) =>
      compare(one.key, other.key) ||
      compare(one.student.username, other.student.username) ||
      compareIds(one.student.userId, other.student.userId),
  );
  return keyed.map(({ student }) => student);
}

/** The last word of a full name. */
export function lastNameOf(fullName: string): string {
  return fullName.trim().split(/\s+/).at(-1) ?? '';
}

/** A list that others act on is printed only while it is final; null = there is nothing to print. */
export function printSections<Student extends PrintedStudent & { qualifies: boolean | null }>(
  { status }: { status: string },
  students: readonly Student[],
  { sort, language }: { sort: PrintSort; language: string },
): { qualified: Student[]; notQualified: Student[] } | null {
  if (status !== 'ready') return null;
  const ordered = inPrintOrder(students, sort, language);
  const isQualified = ({ qualifies }: Student): boolean => qualifies === true;
  return { qualified: ordered.filter(isQualified), notQualified: ordered.filter((student) => !isQualified(student)) };
}

function sortKey({ fullName, username }: PrintedStudent, sort: PrintSort): string {
  if (sort === 'username') return username;
  return sort === 'lastname' ? lastNameOf(fullName) : fullName.trim();
}
