import { Type } from '@sinclair/typebox';
import type { ExportRecord } from '../../domain/exports/model';
import { type ChannelItem, ChannelMisconfigured } from './channel';
import { csvRow } from './csv-cells';
import { CsvFolder, keyCell } from './csv-folder';
import { defineChannel } from './define-channel';
import { KeyedLock } from './keyed-lock';
import type { RecordResult } from './record-result';
import { ChannelRejection } from './rejection';

const COLUMNS = [
  ...(['level', 'learner', 'email', 'course_id', 'course_run_id', 'percent'] as const),
  ...(['course_title', 'grade', 'completed', 'completed_at', 'total_hours'] as const),
  ...(['subsection_id', 'subsection_name', 'points_earned', 'points_possible'] as const),
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | boolean | null>;

/** Files for systems that load data by file: a part per batch, each row under its key. A row once written is not repeated. */
export const csv = defineChannel({
  kind: 'CSV',
  levels: ['completion', 'assessment'],
  limits: { batchSize: 1000, requestsPerSecond: 1000 },
  idempotent: true,
  local: true,
  settings: {
    /** Folder of this configuration below the process's folder for files. */
    folder: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$', maxLength: 200 }),
  },
  credentials: {},

  map(record) {
    if (record.identity.remoteId === null && record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (record.kind === 'completion' && record.completedAt === null) return { cannot: 'not-completed' };
    return { payload: rowOf(record) };
  },

  open({ folder: name }, { csvFolder }) {
    const folder = csvFolder === undefined ? null : CsvFolder.below(csvFolder, name);
    if (!folder) throw new ChannelMisconfigured([{ field: 'settings.folder', message: 'no folder for files here' }]);
    const writing = new KeyedLock();
    return {
      send: (batch) => writing.run('folder', () => writeBatch(folder, batch)),
      probe: () =>
        folder.writable().catch(() => {
          throw new ChannelRejection('unavailable', 'the folder cannot be written to');
        }),
    };
  },
});

async function writeBatch(folder: CsvFolder, batch: readonly ChannelItem<Row>[]): Promise<RecordResult[]> {
  try {
    await folder.refresh();
    const rows = new Map<string, string>();
    for (const { key, payload } of batch) {
      if (!folder.has(key)) rows.set(key, csvRow([keyCell(key), ...COLUMNS.map((column) => payload[column])]));
    }
    const content = csvRow(['record_key', ...COLUMNS]) + [...rows.values()].join('');
    if (rows.size > 0) await folder.write([...rows.keys()], content);
    return batch.map(({ key }) => ({ key, outcome: 'accepted', status: 200 }));
  } catch {
    const rejection = new ChannelRejection('unavailable', 'the file could not be written', { retryable: true });
    return batch.map(({ key }) => rejection.result(key));
  }
}

const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, null])) as Row;

/** Percents as text, exactly as they are; times in UTC. */
function rowOf(record: ExportRecord): Row {
  const { identity, courseId, courseRunId, percent } = record;
  const common = {
    ...EMPTY,
    level: record.kind,
    learner: identity.remoteId,
    email: identity.email,
    course_id: courseId,
    course_run_id: courseRunId,
    percent,
  };
  if (record.kind === 'assessment') {
    return {
      ...common,
      subsection_id: record.subsectionId,
      subsection_name: record.subsectionName,
      points_earned: record.pointsEarned,
      points_possible: record.pointsPossible,
    };
  }
  return {
    ...common,
    course_title: record.courseTitle,
    grade: record.grade,
    completed: record.courseCompleted,
    completed_at: record.completedAt?.toISOString() ?? null,
    total_hours: record.totalHours,
  };
}
