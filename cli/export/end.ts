import type { ExportAnswer } from '../../contracts/http/exports';
import { exportTable } from './table';

/** What came of an export, for people. */
export function describeEnd(ended: ExportAnswer): string {
  const { exportId, status, reason, dryRun, needsAttention } = ended;
  const how = [status, ...(reason === null ? [] : [`(${reason})`]), ...(dryRun ? ['· dry run, nothing left'] : [])];
  return [
    exportTable(ended),
    `Export ${exportId}: ${how.join(' ')}`,
    ...(needsAttention === null ? [] : [`A person should look at it: ${needsAttention}`]),
    `Each enrollment: GET /v1/exports/${exportId}/records (Accept: application/json, application/x-ndjson, text/csv)`,
  ].join('\n');
}
