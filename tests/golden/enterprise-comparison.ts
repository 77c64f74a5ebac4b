import { isDeepStrictEqual } from 'node:util';
import type { ExportLevel, ExportRecord } from '../../domain/exports/model';
import type { GoldenExport } from './enterprise-cases';
import { conflictRows, type ExpectedExport, expectedExport, rowsAgree } from './enterprise-expected';
import type { ExpectedEnrollment } from './enterprise-readings';
import { comparableRow, exportRowOf } from './enterprise-rows';
import type { SeenExport, SeenOutcome } from './enterprise-run';

/** How a case compares: the wanted differences it shows, or the first difference nobody wanted. */
export type ExportComparison = { wanted: string[]; difference?: undefined } | { difference: string };

/** Compares what an export did with the expectation: records, reasons, conflicts. */
export function compareExportCase(one: GoldenExport, level: ExportLevel, seen: SeenExport): ExportComparison {
  const expectation = expectedExport(one, level);
  if (expectation.refused !== seen.refused) {
    return { difference: `${one.id}: expected refusal ${expectation.refused}, seen ${seen.refused}` };
  }
  if (expectation.refused !== undefined) return { wanted: ['E2'] };
  const wanted = new Set<string>();
  for (const [id, expected] of expectation.enrollments) {
    const outcome = seen.outcomes.get(id);
    if (!CHECKS[expected.kind](one, outcome, expected)) {
      const mismatch = JSON.stringify({ expected, seen: outcome && seenRows(one, outcome) });
      return { difference: `${one.id}: enrollment ${id}: ${mismatch}` };
    }
    if (expected.wanted) wanted.add(expected.wanted);
  }
  if (!conflictsAgree(expectation, seen)) {
    return { difference: `${one.id}: conflicts ${JSON.stringify({ expected: expectation.conflicts, seen: seen.conflicts })}` };
  }
  return { wanted: [...wanted].sort() };
}

type Check = (one: GoldenExport, seen: SeenOutcome | undefined, expected: ExpectedEnrollment) => boolean;

const CHECKS: Record<ExpectedEnrollment['kind'], Check> = {
  'not-selected': (_one, seen) => seen === undefined,
  records: (one, seen, expected) =>
    seen?.do === 'send' && expected.kind === 'records' && recordsAgree(one, expected.rows, seen.records),
  'some-records': (_one, seen) => seen?.do === 'send',
  skipped: (_one, seen, expected) =>
    seen?.do === 'skip' && expected.kind === 'skipped' && expected.reasons.includes(seen.reason),
  'no-records': (_one, seen) => seen === undefined || seen.do === 'skip',
  failed: (_one, seen) => seen?.do === 'fail' || (seen?.do === 'skip' && seen.reason === 'no-channel-identity'),
  open: (_one, seen) => seen !== undefined && !(seen.do === 'skip' && seen.reason === 'already-transmitted'),
};

function recordsAgree(one: GoldenExport, recorded: Record<string, unknown>[], ours: readonly ExportRecord[]): boolean {
  const rows = ours.map((record) => exportRowOf(one.channel, record));
  const like = rows[0] ?? {};
  return rowsAgree(
    one.channel,
    recorded.map((row) => comparableRow(row, like)),
    rows,
  );
}

function conflictsAgree({ conflicts }: ExpectedExport, seen: SeenExport): boolean {
  if (conflicts === null) return true;
  const ours = seen.conflicts.map(({ enrollmentId: enrollment_id, grade, gradeFromPlatform, ...passing }) => ({
    enrollment_id, grade, grade_api: gradeFromPlatform,
    is_passing: passing.isPassing, is_passing_api: passing.isPassingFromPlatform,
  }));
  return isDeepStrictEqual(conflictRows(conflicts), ours);
}

function seenRows(one: GoldenExport, outcome: SeenOutcome): unknown {
  return outcome.do === 'send' ? outcome.records.map((record) => exportRowOf(one.channel, record)) : outcome;
}
