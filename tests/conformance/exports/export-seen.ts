import type { ExportRecordAnswer } from '../../../contracts/http/exports';
import type { Conflict, ExportRecord } from '../../../domain/exports/model';
import type { GoldenExport } from '../../golden/enterprise-cases';
import type { SeenExport, SeenOutcome } from '../../golden/enterprise-run';
import type { ExportCaseNames } from './export-names';

export interface SentMessage {
  courseId: string;
  outcome: string;
}

interface Detail {
  conflict?: Conflict;
  told?: SentMessage[];
  records?: ExportRecord[];
}

/** What a dry run's records say, in the form the rules' own outcomes are compared in. */
export function seenInDryRun(
  one: GoldenExport,
  records: readonly ExportRecordAnswer[],
  names: ExportCaseNames,
): SeenExport {
  const seen: SeenExport = { outcomes: new Map(), conflicts: [] };
  for (const record of records) {
    const { conflict } = detailOf(record);
    seen.outcomes.set(Number(record.enrollmentId), outcomeOf(one, record, names));
    if (conflict) seen.conflicts.push(conflict);
  }
  return seen;
}

export function detailOf({ detail }: ExportRecordAnswer): Detail {
  return detail ?? {};
}

/** Records that were worked out are compared, whatever the channel's own rules then made of them. */
function outcomeOf(one: GoldenExport, record: ExportRecordAnswer, names: ExportCaseNames): SeenOutcome {
  const { records = [] } = detailOf(record);
  if (records.length > 0) return { do: 'send', records: records.map((row) => revived(one, names.recorded(row))) };
  return record.outcome === 'skipped' ? { do: 'skip', reason: record.reason ?? '' } : { do: 'fail' };
}

/** JSON has no dates, and the API no session tokens: these are the world's. */
function revived(one: GoldenExport, record: ExportRecord): ExportRecord {
  const { clickThrough } = record.identity;
  const row = one.world.audits.find(
    (audit) =>
      audit.user_guid !== undefined &&
      audit.user_id === Number(record.userId) &&
      audit.course_id === clickThrough?.courseKey,
  );
  const click = clickThrough && { ...clickThrough, sessionToken: row?.session_token ?? '' };
  const identity = { ...record.identity, clickThrough: click };
  if (record.kind === 'assessment') return { ...record, identity };
  const at = record.completedAt as unknown as string | null;
  return { ...record, identity, completedAt: at === null ? null : new Date(at) };
}
