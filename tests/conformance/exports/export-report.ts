import { rowOf } from '../../golden/enterprise-rows';
import type { ExportCaseVerdict } from './export-conformance';
import type { SequenceVerdict } from './sequence-run';

interface ExportSummary {
  fileName: string;
  cases: number;
  sent: number;
  agreeing: number;
  /** By number; a case may show several. */
  wanted: Record<string, number>;
  deliberate: ExportCaseVerdict[];
  disagreeing: ExportCaseVerdict[];
}

export function exportSummary(fileName: string, verdicts: readonly ExportCaseVerdict[]): ExportSummary {
  const differing = verdicts.filter(({ difference }) => difference !== undefined);
  const wanted: Record<string, number> = {};
  for (const number of verdicts.flatMap((one) => one.wanted)) wanted[number] = (wanted[number] ?? 0) + 1;
  return {
    ...{ fileName, wanted, cases: verdicts.length },
    sent: verdicts.filter(({ sent }) => sent).length,
    agreeing: verdicts.filter((one) => one.difference === undefined && one.wanted.length === 0).length,
    deliberate: differing.filter(({ deliberate }) => deliberate !== undefined),
    disagreeing: differing.filter(({ deliberate }) => deliberate === undefined),
  };
}

/** What people read: counts, then each case that differs. */
export function exportSummaryLines(summary: ExportSummary): string[] {
  const { fileName, cases, sent, agreeing, wanted, deliberate, disagreeing } = summary;
  const accepted = Object.entries(wanted)
    .sort()
    .map(([number, count]) => `${count} ${number}`);
  const differing = `wanted ${accepted.length > 0 ? accepted.join(', ') : '0'}`;
  const counts = `${cases} cases (${sent} sent for real), ${agreeing} agreeing, ${differing}, ${disagreeing.length} disagreeing`;
  return [
    `${fileName}: ${counts}`,
    ...(deliberate.length === 0 ? [] : [`${fileName}: ${deliberate.length} deliberate, not in WANTED.md`]),
    ...deliberate.map(({ recorded, deliberate: why }) => `  ${recorded.one.id}: ${why ?? ''}`),
    ...disagreeing.map(({ difference }) => `  ${difference ?? ''}`),
  ];
}

/** One JSON line per case: what was observed, in the recorded shape. */
export function observedExportLine({
  recorded,
  observed,
  sent,
  wanted,
  difference,
  deliberate,
}: ExportCaseVerdict): string {
  const { fileName: file, index, one } = recorded;
  const outcomes = [...(observed?.outcomes ?? [])];
  return JSON.stringify({
    ...{ file, index, id: one.id, channel: one.channel, sent },
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(deliberate === undefined ? {} : { deliberate }),
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

/** What people read of sequences: counts, then each that differs. */
export function sequenceLines(verdicts: readonly SequenceVerdict[]): string[] {
  const names = [...new Set(verdicts.map(({ recorded }) => recorded.fileName))];
  return names.flatMap((name) => {
    const own = verdicts.filter(({ recorded }) => recorded.fileName === name);
    const differing = own.filter(({ difference }) => difference !== undefined);
    const wanted: Record<string, number> = {};
    for (const number of own.flatMap((one) => one.wanted)) wanted[number] = (wanted[number] ?? 0) + 1;
    const accepted = Object.entries(wanted).map(([number, count]) => `${count} ${number}`);
    const agreeing = own.filter((one) => one.difference === undefined && one.wanted.length === 0).length;
    const counts = `${own.length} sequences, ${agreeing} agreeing, wanted ${accepted.join(', ') || '0'}`;
    return [
      `${name}: ${counts}, ${differing.length} disagreeing`,
      ...differing.map(({ recorded, difference }) => `  ${recorded.one.id}: ${difference ?? ''}`),
    ];
  });
}

/** One JSON line per sequence. */
export function observedSequenceLine({ recorded, sends, wanted, difference }: SequenceVerdict): string {
  const { fileName: file, index, one } = recorded;
  return JSON.stringify({
    ...{ file, index, id: one.id, channel: one.channel },
    agrees: difference === undefined && wanted.length === 0,
    ...(wanted.length > 0 ? { wanted } : {}),
    ...(difference === undefined ? {} : { difference }),
    observed: { steps: sends.map((count) => ({ completions_sent: count })) },
  });
}
