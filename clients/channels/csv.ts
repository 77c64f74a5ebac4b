import { type Static, Type } from '@sinclair/typebox';
import type { AssessmentRecord, CompletionRecord, ExportRecord } from '../../domain/exports/model';
import {
  type Channel,
  type ChannelDefinition,
  type ChannelDependencies,
  type ChannelHealth,
  type ChannelItem,
  ChannelMisconfigured,
  type ChannelSetup,
  type MapResult,
  type RecordResult,
} from './channel';
import { csvRow } from './csv-cells';
import { CsvFolder, keyCell } from './csv-folder';
import { KeyedLock } from './keyed-lock';
import { ChannelRejection, resultOf } from './rejection';
import { assertValid, problemsOf } from './setup';

const shape = {
  remote: false,
  settings: Type.Object(
    /** Folder of this configuration below the process's folder for files. */
    { folder: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$', maxLength: 200 }) },
    { additionalProperties: false },
  ),
  credentials: Type.Object({}, { additionalProperties: false }),
};

type Settings = Static<typeof shape.settings>;

const limits = { batchSize: 1000, requestsPerSecond: 1000 };

const COMPLETION_COLUMNS = ['course_title', 'grade', 'completed', 'completed_at', 'total_hours'] as const;
const ASSESSMENT_COLUMNS = ['subsection_id', 'subsection_name', 'points_earned', 'points_possible'] as const;
const COLUMNS = [
  ...(['level', 'learner', 'email', 'course_id', 'course_run_id', 'percent'] as const),
  ...COMPLETION_COLUMNS,
  ...ASSESSMENT_COLUMNS,
] as const;
type Row = Record<(typeof COLUMNS)[number], string | number | boolean | null>;

/** Files for systems that load data by file: a part per batch, each row under its key. A row once written is not repeated. */
export const csv: ChannelDefinition = {
  kind: 'CSV',
  levels: ['completion', 'assessment'],
  limits,
  idempotent: true,
  credentialFields: [],
  validate: (setup) => problemsOf(shape, setup),
  open: (setup, dependencies) => new Csv(setup, dependencies),
};

class Csv implements Channel {
  readonly kind = 'CSV';
  readonly limits = limits;
  readonly idempotent = true;
  private readonly folder: CsvFolder;
  private readonly writing = new KeyedLock();

  constructor(setup: ChannelSetup, { csvFolder }: ChannelDependencies) {
    assertValid(shape, setup);
    const settings = setup.settings as Settings;
    const folder = csvFolder === undefined ? null : CsvFolder.below(csvFolder, settings.folder);
    if (!folder) throw new ChannelMisconfigured([{ field: 'settings.folder', message: 'no folder for files here' }]);
    this.folder = folder;
  }

  map(record: ExportRecord): MapResult {
    if (record.identity.remoteId === null && record.identity.email === null) return { cannot: 'no-channel-identity' };
    if (record.kind === 'completion' && record.completedAt === null) return { cannot: 'not-completed' };
    return { payload: rowOf(record) };
  }

  send(batch: readonly ChannelItem[]): Promise<RecordResult[]> {
    return this.writing.run('folder', () => this.deliver(batch));
  }

  async health(): Promise<ChannelHealth> {
    try {
      await this.folder.writable();
      return { state: 'healthy', detail: 'the folder can be written to' };
    } catch {
      return { state: 'unreachable', detail: 'the folder cannot be written to' };
    }
  }

  private async deliver(batch: readonly ChannelItem[]): Promise<RecordResult[]> {
    try {
      await this.folder.refresh();
      await this.writeNew(batch);
    } catch {
      const rejection = new ChannelRejection('unavailable', 'the file could not be written', { retryable: true });
      return batch.map(({ key }) => resultOf(rejection, key, []));
    }
    return batch.map(({ key, record }): RecordResult => {
      const mapped = this.map(record);
      return 'cannot' in mapped
        ? { key, outcome: 'cannot', reason: mapped.cannot }
        : { key, outcome: 'accepted', status: 200 };
    });
  }

  private async writeNew(batch: readonly ChannelItem[]): Promise<void> {
    const rows = new Map<string, string>();
    for (const { key, record } of batch) {
      const mapped = this.map(record);
      if ('cannot' in mapped || this.folder.has(key)) continue;
      const row = mapped.payload as Row;
      rows.set(key, csvRow([keyCell(key), ...COLUMNS.map((column) => row[column])]));
    }
    if (rows.size === 0) return;
    await this.folder.write([...rows.keys()], csvRow(['record_key', ...COLUMNS]) + [...rows.values()].join(''));
  }
}

/** Percents as text, exactly as they are; times in UTC. */
function rowOf(record: ExportRecord): Row {
  return {
    level: record.kind,
    learner: record.identity.remoteId,
    email: record.identity.email,
    course_id: record.courseId,
    course_run_id: record.courseRunId,
    percent: record.percent,
    ...(record.kind === 'completion' ? completionCells(record) : assessmentCells(record)),
  };
}

type CompletionCells = Pick<Row, (typeof COMPLETION_COLUMNS)[number]>;
type AssessmentCells = Pick<Row, (typeof ASSESSMENT_COLUMNS)[number]>;

function completionCells(record: CompletionRecord): CompletionCells & AssessmentCells {
  return {
    course_title: record.courseTitle,
    grade: record.grade,
    completed: record.courseCompleted,
    completed_at: record.completedAt?.toISOString() ?? null,
    total_hours: record.totalHours,
    subsection_id: null,
    subsection_name: null,
    points_earned: null,
    points_possible: null,
  };
}

function assessmentCells(record: AssessmentRecord): CompletionCells & AssessmentCells {
  return {
    subsection_id: record.subsectionId,
    subsection_name: record.subsectionName,
    points_earned: record.pointsEarned,
    points_possible: record.pointsPossible,
    course_title: null,
    grade: null,
    completed: null,
    completed_at: null,
    total_hours: null,
  };
}
