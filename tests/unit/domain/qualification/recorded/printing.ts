import { inPrintOrder, isPrintSort, printSections } from '../../../../../domain/qualification/print-order';
import type { SavedStatus, University } from '../../../../golden/qualification/university';
import { idOf, type Outcome, type Step } from '../../../../golden/qualification/walk';
import { accessOf } from './refusals';

/** The university is in Norway. */
const LANGUAGE = 'nb';

interface NamedRow {
  userId: string;
  username: string;
  fullName: string;
  qualifies: boolean | null;
}

/** A printed status as lists of user names. Orders are asked for each time; there is no cookie. */
export function printed(university: University, step: Step, address: string, sort: string | null): Outcome {
  const saved = statusAt(university, address);
  const access = accessOf(university, step, saved?.periodId ?? '', 'see');
  if (access !== null) return access;
  if (saved === undefined) return { status: 404, code: 'status-not-found' };
  if (sort !== null && !isPrintSort(sort)) return { status: 400, code: 'unknown-order' };
  const sections = printSections(saved.status, namedRows(university, saved), {
    sort: sort ?? 'name',
    language: LANGUAGE,
  });
  if (sections === null) return { status: 404, code: 'status-not-ready' };
  const names = (rows: NamedRow[]): string[] => rows.map(({ username }) => username);
  return { status: 200, view: [names(sections.qualified), names(sections.notQualified)] };
}

/** The order of everybody in a status, as a list of user names. */
export function printOrder(university: University, n: number, sort: string): string[] {
  const saved = university.statuses[n];
  if (saved === undefined || !isPrintSort(sort)) throw new Error(`no order ${sort} of ${n}`);
  return inPrintOrder(namedRows(university, saved), sort, LANGUAGE).map(({ username }) => username);
}

function statusAt(university: University, address: string): SavedStatus | undefined {
  const [, n] = /^\{status:(\d+)\}$/.exec(address) ?? [];
  return university.statuses.find((status) => status.n === Number(n ?? idOf(address)));
}

function namedRows(university: University, { periodId, rows }: SavedStatus): NamedRow[] {
  const names = new Map(university.data(periodId).students.map(({ userId, fullName }) => [userId, fullName]));
  return rows.map(({ userId, qualifies }) => {
    return { userId, username: userId, fullName: names.get(userId) ?? '', qualifies };
  });
}
