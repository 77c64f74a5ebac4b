import { exportRowOf } from '../../golden/enterprise-rows';
import { countWanted, wantedWords } from '../wanted-counts';
import type { ExportCaseResult } from './export-conformance';

interface ExportSummary {
  fileName: string;
  cases: number;
  sent: number;
  agreeing: number;
  /** By number; a case may show several. */
  wanted: Record<string, number>;
  disagreeing: ExportCaseResult[];
}

export function exportSummary(fileName: string, results: readonly ExportCaseResult[]): ExportSummary {
  const differing = results.filter(({ difference }) => difference !== undefined);
  return {
    fileName,
    wanted: countWanted(results),
    cases: results.length,
    sent: results.filter(({ sent }) => sent).length,
    agreeing: results.filter((one) => one.difference === undefined && one.wanted.length === 0).length,
    disagreeing: differing,
  };
}

/** What people read: counts, then each case that differs. */
export function exportSummaryLines(summary: ExportSummary): string[] {
  const { fileName, cases, sent, agreeing, wanted, disagreeing } = summary;
  const differing = `${wantedWords(wanted)}, ${disagreeing.length} disagreeing`;
  const counts = `${cases} cases (${sent} sent for real), ${agreeing} agreeing, ${differing}`;
  return [`${fileName}: ${counts}`, ...disagreeing.map(({ difference }) => `  ${difference ?? ''}`)];
}

/** One JSON line per case: what was observed, in the recorded shape. */
export function observedExportLine({ recorded, observed, sent, wanted, difference }: ExportCaseResult): string {
  const { fileName: file, index, one } = recorded;
  const outcomes = [...(observed?.outcomes ?? [])];
  return JSON.stringify({
    file,
    index,
    id: one.id,
    channel: one.channel,
    sent,
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(difference === undefined ? {} : { difference }),
    ...(observed?.refused === undefined ? {} : { refused: observed.refused }),
    observed: {
      records: outcomes.flatMap(([, end]) =>
        end.do === 'send' ? end.records.map((row) => exportRowOf(one.channel, row)) : [],
      ),
      skipped: outcomes.flatMap(([id, end]) =>
        end.do === 'skip' ? [{ enrollment_id: id, reason: end.reason.replaceAll('-', '_') }] : [],
      ),
      failed: outcomes.flatMap(([id, end]) => (end.do === 'fail' ? [{ enrollment_id: id }] : [])),
      conflicts: (observed?.conflicts ?? []).map((asserted) => ({
        enrollment_id: Number(asserted.enrollmentId),
        grade: asserted.grade,
        grade_api: asserted.gradeFromPlatform,
        is_passing: asserted.isPassing,
        is_passing_api: asserted.isPassingFromPlatform,
      })),
    },
  });
}
