import { isDeepStrictEqual } from 'node:util';
import type { ExportLevel, ExportRecord } from '../../domain/exports/model';
import type { GoldenExport } from './enterprise-cases';
import { conflictRows, type FollowedExport, followedExport, rowsAgree } from './enterprise-followed';
import type { Followed } from './enterprise-readings';
import { comparableRow, rowOf } from './enterprise-rows';
import type { SeenExport, SeenOutcome } from './enterprise-run';

/** How a case compares: the wanted differences it shows, or the first difference nobody wanted. */
export type ExportVerdict = { wanted: string[]; difference?: undefined } | { difference: string };

/** Holds what an export was seen to do against the followed expectation: records, reasons, conflicts. */
export function judgeExport(one: GoldenExport, level: ExportLevel, seen: SeenExport): ExportVerdict {
  const followed = followedExport(one, level);
  if (followed.refused !== seen.refused) {
    return { difference: `${one.id}: expected refusal ${followed.refused}, seen ${seen.refused}` };
  }
  if (followed.refused !== undefined) return { wanted: ['E2'] };
  const wanted = new Set<string>();
  for (const [id, expected] of followed.enrollments) {
    const outcome = seen.outcomes.get(id);
    if (!CHECKS[expected.kind](one, outcome, expected)) {
      const shown = JSON.stringify({ expected, seen: outcome && seenRows(one, outcome) });
      return { difference: `${one.id}: enrollment ${id}: ${shown}` };
    }
    if (expected.wanted) wanted.add(expected.wanted);
  }
  if (!conflictsAgree(followed, seen)) {
    return { difference: `${one.id}: conflicts ${JSON.stringify({ expected: followed.conflicts, seen: seen.conflicts })}` };
  }
  return { wanted: [...wanted].sort() };
}

type Check = (one: GoldenExport, seen: SeenOutcome | undefined, expected: Followed) => boolean;

const CHECKS: Record<Followed['kind'], Check> = {
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
  const rows = ours.map((record) => rowOf(one.channel, record));
  const like = rows[0] ?? {};
  return rowsAgree(
    one.channel,
    recorded.map((row) => comparableRow(row, like)),
    rows,
  );
}

function conflictsAgree({ conflicts }: FollowedExport, seen: SeenExport): boolean {
  if (conflicts === null) return true;
  const ours = seen.conflicts.map(({ enrollmentId: enrollment_id, grade, gradeFromPlatform, ...passing }) => ({
    ...{ enrollment_id, grade, grade_api: gradeFromPlatform },
    ...{ is_passing: passing.isPassing, is_passing_api: passing.isPassingFromPlatform },
  }));
  return isDeepStrictEqual(conflictRows(conflicts), ours);
}

function seenRows(one: GoldenExport, outcome: SeenOutcome): unknown {
  return outcome.do === 'send' ? outcome.records.map((record) => rowOf(one.channel, record)) : outcome;
}
