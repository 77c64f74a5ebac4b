import { rowOf } from '../../golden/enterprise-rows';
import { countWanted, wantedWords } from '../wanted-counts';
import type { ExportCaseVerdict } from './export-conformance';

interface ExportSummary {
  fileName: string;
  cases: number;
  sent: number;
  agreeing: number;
  /** By number; a case may show several. */
  wanted: Record<string, number>;
  disagreeing: ExportCaseVerdict[];
}

export function exportSummary(fileName: string, verdicts: readonly ExportCaseVerdict[]): ExportSummary {
  const differing = verdicts.filter(({ difference }) => difference !== undefined);
  return {
    ...{ fileName, wanted: countWanted(verdicts), cases: verdicts.length },
    sent: verdicts.filter(({ sent }) => sent).length,
    agreeing: verdicts.filter((one) => one.difference === undefined && one.wanted.length === 0).length,
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
export function observedExportLine({ recorded, observed, sent, wanted, difference }: ExportCaseVerdict): string {
  const { fileName: file, index, one } = recorded;
  const outcomes = [...(observed?.outcomes ?? [])];
  return JSON.stringify({
    ...{ file, index, id: one.id, channel: one.channel, sent },
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(difference === undefined ? {} : { difference }),
    ...(observed?.refused === undefined ? {} : { refused: observed.refused }),
    observed: {
      records: outcomes.flatMap(([, end]) =>
        end.do === 'send' ? end.records.map((row) => rowOf(one.channel, row)) : [],
      ),
      skipped: outcomes.flatMap(([id, end]) =>
        end.do === 'skip' ? [{ enrollment_id: id, reason: end.reason.replaceAll('-', '_') }] : [],
      ),
      failed: outcomes.flatMap(([id, end]) => (end.do === 'fail' ? [{ enrollment_id: id }] : [])),
      conflicts: (observed?.conflicts ?? []).map((claim) => ({
        ...{ enrollment_id: Number(claim.enrollmentId), grade: claim.grade, grade_api: claim.gradeFromPlatform },
        ...{ is_passing: claim.isPassing, is_passing_api: claim.isPassingFromPlatform },
      })),
    },
  });
}
