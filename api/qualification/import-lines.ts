import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ApiError } from '../../contracts/api-error';
import {
  PERIOD_IMPORT_LINES,
  PERIOD_TOMBSTONES,
  type PeriodImportAnswer,
} from '../../contracts/http/qualification/import';
import { isDataFault } from '../../db/core/database-failure';
import { deleteUnnamedRows, PERIOD_ROWS_PER_STATEMENT } from '../../db/qualification/import-rows';
import { raiseDataVersion } from '../../db/qualification/imports';
import { lockPeriod } from '../../db/qualification/lock';
import { registerLineFormats } from '../http/line-formats';
import { readNdjson } from '../http/ndjson';
import { storePeriodBatch } from './import-batch';
import type { NumberedLine, PeriodImport, PeriodLine } from './import-line';
import { PeriodImportReport } from './import-report';

/** A group of a thousand members and many deadlines is long. */
const MAX_LINE_LENGTH = 512 * 1024;

registerLineFormats();

const compiled = (schemas: typeof PERIOD_IMPORT_LINES | typeof PERIOD_TOMBSTONES) =>
  Object.fromEntries(Object.entries(schemas).map(([kind, schema]) => [kind, TypeCompiler.Compile(schema)]));

const CHECKS = { line: compiled(PERIOD_IMPORT_LINES), tombstone: compiled(PERIOD_TOMBSTONES) };

/**
 * Stores every good line and names the bad ones, a thousand at a time, so memory stays flat. Each thousand is a transaction
 * of its own; saves are refused until the whole is in. Sending a file again changes nothing.
 */
export async function importPeriod(
  target: PeriodImport,
  stream: AsyncIterable<Uint8Array> | undefined,
  { replace }: { replace: boolean },
): Promise<PeriodImportAnswer> {
  if (!stream) throw new ApiError('bad-request', 'Send the rows as application/x-ndjson, one per line.');
  const report = new PeriodImportReport();
  let batch: NumberedLine[] = [];
  for await (const entry of readNdjson(stream, MAX_LINE_LENGTH)) {
    const value = 'problem' in entry ? entry.problem : parsePeriodLine(entry.value, target);
    if (typeof value === 'string') {
      report.reject(entry.line, value);
      continue;
    }
    if (batch.length >= PERIOD_ROWS_PER_STATEMENT || mustGoFirst(batch, value)) {
      await storeHalving(target, batch, report);
      batch = [];
    }
    batch.push({ line: entry.line, value });
  }
  await storeHalving(target, batch, report);
  if (replace && report.rejected === 0) await removeUnnamed(target, report);
  return report.answer(replace);
}

/** A group line replaces the feedback that came before it, so that has to be stored before. */
function mustGoFirst(batch: readonly NumberedLine[], { kind }: PeriodLine): boolean {
  return kind !== 'feedback' && batch.at(-1)?.value.kind === 'feedback';
}

/** A batch with a value that can't be stored is halved until that line is alone. */
async function storeHalving(
  target: PeriodImport,
  lines: readonly NumberedLine[],
  report: PeriodImportReport,
): Promise<void> {
  try {
    await storePeriodBatch(target, lines, report);
  } catch (error) {
    if (!isDataFault(error)) throw error;
    const [first] = lines;
    if (lines.length === 1 && first) return report.reject(first.line, 'holds a value that cannot be stored');
    const half = Math.ceil(lines.length / 2);
    await storeHalving(target, lines.slice(0, half), report);
    await storeHalving(target, lines.slice(half), report);
  }
}

/** What a complete file didn't name goes, of the kinds it holds: in one transaction, the last. */
async function removeUnnamed({ knex, periodId }: PeriodImport, report: PeriodImportReport): Promise<void> {
  await knex.transaction(async (trx) => {
    await lockPeriod(trx, periodId);
    for (const kind of ['group', 'student', 'assignment'] as const) {
      const named = report.named[kind];
      if (named.size > 0) report.removed += await deleteUnnamedRows(trx, periodId, kind, [...named]);
    }
    await raiseDataVersion(trx, periodId);
  });
}

function parsePeriodLine(value: unknown, target: PeriodImport): PeriodLine | string {
  const { kind, deleted } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const checks = deleted === undefined ? CHECKS.line : CHECKS.tombstone;
  const check = typeof kind === 'string' && Object.hasOwn(checks, kind) ? checks[kind] : undefined;
  if (!check) return `/kind: is one of ${Object.keys(checks).join(', ')}`;
  if (!check.Check(value)) {
    const first = check.Errors(value).First();
    return `${first?.path ?? ''}: ${first?.message ?? 'is not valid'}`;
  }
  return checkAcross(value as PeriodLine, target);
}

/** What no schema sees. */
function checkAcross(line: PeriodLine, target: PeriodImport): PeriodLine | string {
  if (line.kind === 'administrator') {
    try {
      target.issuerOf(line.issuer);
    } catch {
      return '/issuer: is needed, as AUTH_ISSUER and AUTH_ISSUERS do not name exactly one';
    }
  }
  return line;
}
