import type { Knex } from 'knex';
import type { PeriodImportKind, PeriodImportLine, PeriodTombstone } from '../../contracts/http/qualification/import';

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

/** The last line about a row counts, also where it takes the row away. */
export function lastOnes<Row extends NumberedLine>(
  lines: readonly Row[],
  keyOf: (value: Row['value']) => string | number,
): Row[] {
  return [...new Map(lines.map((row) => [keyOf(row.value), row])).values()];
}
