import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ApiError } from '../../contracts/api-error';
import {
  type CustomerImportAnswer,
  IMPORT_LINES,
  type ImportKind,
  type ImportLine,
} from '../../contracts/http/customer-import';
import { IMPORT_ROWS_PER_STATEMENT } from '../../db/exports/import-rows';
import { readNdjson } from '../http/ndjson';
import { emptyBatch, type ImportBatch, type ImportContext, storeImportBatch } from './import-batch';

const MAX_LINE_LENGTH = 64 * 1024;
const ERRORS_REPORTED = 1_000;

const CHECKS = Object.fromEntries(
  Object.entries(IMPORT_LINES).map(([kind, schema]) => [kind, TypeCompiler.Compile(schema)]),
);

/**
 * Stores every good line and names the bad ones, a thousand lines at a time: while one thousand is stored the next is read,
 * and the sender waits for both, so memory stays flat however many there are. Learners come before their enrollments and
 * these before their audits, in the file or within a thousand lines. Sending a file again changes nothing.
 */
export async function importCustomerRows(
  importContext: ImportContext,
  stream: AsyncIterable<Uint8Array> | undefined,
): Promise<CustomerImportAnswer> {
  if (!stream) throw new ApiError('bad-request', 'Send the rows as application/x-ndjson, one per line.');
  const report = new ImportReport();
  let batch = emptyBatch();
  let storing: Promise<void> = Promise.resolve();
  const storeInBackground = async (): Promise<void> => {
    await storing;
    storing = storeImportBatch(importContext, batch, report);
    storing.catch(() => undefined);
    batch = emptyBatch();
  };
  for await (const entry of readNdjson(stream, MAX_LINE_LENGTH)) {
    const read = 'problem' in entry ? entry.problem : parseLine(entry.value);
    if (typeof read === 'string') report.reject(entry.line, read);
    else if (addRow(batch, entry.line, read) >= IMPORT_ROWS_PER_STATEMENT) await storeInBackground();
  }
  await storeInBackground();
  await storing;
  return report.answer();
}

/** Collects the result of an import. */
export class ImportReport {
  private readonly errors: { line: number; detail: string }[] = [];
  private rejected = 0;
  private readonly kinds: CustomerImportAnswer['kinds'] = {
    learner: 0,
    enrollment: 0,
    consent: 0,
    clickThrough: 0,
    audit: 0,
  };

  accept(kind: ImportKind, count: number): void {
    this.kinds[kind] += count;
  }

  reject(line: number, detail: string): void {
    this.rejected += 1;
    if (this.errors.length < ERRORS_REPORTED) this.errors.push({ line, detail });
  }

  answer(): CustomerImportAnswer {
    const accepted = Object.values(this.kinds).reduce((sum, count) => sum + count, 0);
    const errors = [...this.errors].sort((a, b) => a.line - b.line);
    return { accepted, rejected: this.rejected, kinds: this.kinds, errors };
  }
}

/** @returns how many rows the batch holds now. */
function addRow(batch: ImportBatch, line: number, row: ImportLine): number {
  const rows = batch.rows[row.kind] as { line: number; row: ImportLine }[];
  rows.push({ line, row });
  return (batch.size += 1);
}

function parseLine(value: unknown): ImportLine | string {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const check = typeof kind === 'string' && Object.hasOwn(CHECKS, kind) ? CHECKS[kind] : undefined;
  if (!check) return `/kind: is one of ${Object.keys(CHECKS).join(', ')}`;
  if (check.Check(value)) return value;
  const first = check.Errors(value).First();
  return `${first?.path ?? ''}: ${first?.message ?? 'is not valid'}`;
}
