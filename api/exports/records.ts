import type { Knex } from 'knex';
import { csvRow } from '../../clients/channels/csv-cells';
import type { ExportRecordAnswer } from '../../contracts/http/exports';
import { allRecords, type RecordFilter, type StoredRecord } from '../../db/exports/records';

/** One record as the API returns it. */
export function recordAnswer({ userId, ...record }: StoredRecord): ExportRecordAnswer {
  const { sequence, enrollmentId, courseRunId, outcome, reason, retryable, detail } = record;
  return { sequence, enrollmentId, learnerId: userId, courseRunId, outcome, reason, retryable, detail };
}

const COLUMNS = [
  ...(['sequence', 'enrollmentId', 'learnerId', 'courseRunId', 'outcome', 'reason', 'retryable', 'detail'] as const),
];

/** All records in one of the streamed forms, read a thousand at a time: nothing but those is ever held. */
export async function* recordLines(
  knex: Knex,
  runId: string,
  filter: RecordFilter,
  form: 'application/x-ndjson' | 'text/csv',
): AsyncGenerator<string> {
  if (form === 'text/csv') yield csvRow(COLUMNS);
  const format = form === 'text/csv' ? csvLine : ndjsonLine;
  for await (const records of allRecords(knex, runId, filter)) yield records.map(format).join('');
}

function ndjsonLine(record: StoredRecord): string {
  return `${JSON.stringify(recordAnswer(record))}\n`;
}

/** Cells that a spreadsheet would run as a formula are defused by `line`. */
function csvLine(record: StoredRecord): string {
  const { detail, ...plain } = recordAnswer(record);
  const cells = { ...plain, detail: detail === null ? null : JSON.stringify(detail) };
  return csvRow(COLUMNS.map((column) => cells[column]));
}
