import type { EnvReader } from './env-reader';

/** How learner exports run; docs/exports.md says what bounds their speed. */
export interface ExportSettings {
  /** Enrollments per page: one activity, one query. */
  pageSize: number;
  /** Pages until a run continues as new. */
  pagesPerHistory: number;
  /** Pages at a time on one worker, one per run, so also the parallel runs. */
  slots: number;
  /** Connections for exports only, so that attempts never wait for one of them. */
  databasePoolMax: number;
  /** Look-ups under way towards one service, per worker. */
  lookupConcurrency: number;
  lookupTries: number;
  sendTries: number;
  /** First pause between tries; doubles. */
  retryMs: number;
  /** Longest wait for a channel or service that sends Retry-After, per record. */
  patienceMs: number;
  /** Folder below which CSV channels write; absent: there can be none. */
  csvFolder?: string;
}

export function readExportSettings(reader: EnvReader): ExportSettings {
  const pageSize = reader.integer('EXPORT_PAGE_SIZE', 5_000);
  const lookupConcurrency = reader.integer('EXPORT_LOOKUP_CONCURRENCY', 50);
  reader.check(pageSize >= 1 && pageSize <= 5_000, 'EXPORT_PAGE_SIZE must be 1 to 5000');
  reader.check(lookupConcurrency >= 1, 'EXPORT_LOOKUP_CONCURRENCY must be at least 1');
  return {
    pageSize,
    lookupConcurrency,
    pagesPerHistory: reader.integer('EXPORT_PAGES_PER_HISTORY', 20),
    slots: reader.integer('EXPORT_SLOTS', 8),
    databasePoolMax: reader.integer('EXPORT_DATABASE_POOL_MAX', 4),
    lookupTries: reader.integer('EXPORT_LOOKUP_TRIES', 4),
    sendTries: reader.integer('EXPORT_SEND_TRIES', 4),
    retryMs: reader.integer('EXPORT_RETRY_MS', 200),
    patienceMs: reader.integer('EXPORT_PATIENCE_MS', 900_000),
    ...reader.optional('csvFolder', 'EXPORT_CSV_FOLDER'),
  };
}
