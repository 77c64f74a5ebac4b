import type { Knex } from 'knex';
import type { PeriodImportKind, PeriodImportLine, PeriodTombstone } from '../../contracts/http/qualification/import';
import { lastOfEach } from '../../db/core/last-of-each';
import { deletePeriodRows } from '../../db/qualification/import-rows';

/** Target of an import. */
export interface PeriodImport {
  knex: Knex;
  importId: string;
  periodId: string;
  issuerOf: (given: string | undefined) => string;
}

export type PeriodLine = PeriodImportLine | PeriodTombstone;

export interface NumberedLine {
  line: number;
  value: PeriodLine;
}

export type LineOf<K extends PeriodImportKind> = Extract<PeriodImportLine, { kind: K }>;

/** The lines of a kind: those to store, and those that take away. */
export function linesOf<K extends PeriodImportKind>(
  lines: readonly NumberedLine[],
  kind: K,
): { kept: { line: number; value: LineOf<K> }[]; gone: Extract<PeriodTombstone, { kind: K }>[] } {
  const ofKind = lines.filter(({ value }) => value.kind === kind);
  const kept = ofKind.filter(({ value }) => !isTombstone(value)) as { line: number; value: LineOf<K> }[];
  const gone = ofKind.map(({ value }) => value).filter(isTombstone) as Extract<PeriodTombstone, { kind: K }>[];
  return { kept, gone };
}

export function isTombstone(value: PeriodLine): value is PeriodTombstone {
  return 'deleted' in value;
}

/** Kinds whose rows have an id of their own; a line may take a row away. */
type IdentifiedKind = 'student' | 'assignment' | 'group';

/**
 * The lines of a kind that are to be stored. Of several about one row the last counts, also where it takes the row away, which is
 * done.
 */
export async function linesToStore<K extends IdentifiedKind>(
  trx: Knex,
  { periodId }: PeriodImport,
  all: readonly NumberedLine[],
  kind: K,
): Promise<{ line: number; value: LineOf<K> }[]> {
  const ofKind = all.filter(({ value }) => value.kind === kind);
  const { kept, gone } = linesOf(
    lastOfEach(ofKind, ({ value }) => rowIdOf(value)),
    kind,
  );
  await deletePeriodRows(trx, periodId, kind, gone.map(rowIdOf));
  return kept;
}

function rowIdOf(value: PeriodLine): string | number {
  switch (value.kind) {
    case 'student':
      return value.userId;
    case 'assignment':
      return value.assignmentId;
    case 'group':
      return value.groupId;
    default:
      throw new Error(`Rows of the kind ${value.kind} have no id.`);
  }
}
