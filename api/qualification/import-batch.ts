import type { Knex } from 'knex';
import type { PeriodImportKind, PeriodImportLine, PeriodTombstone } from '../../contracts/http/qualification/import';
import { upsertLearners } from '../../db/courses/learners';
import { addAdministrator, removeAdministrator } from '../../db/qualification/administrators';
import * as groups from '../../db/qualification/import-groups';
import * as rows from '../../db/qualification/import-rows';
import { beatImport, raiseDataVersion } from '../../db/qualification/imports';
import { lockPeriod } from '../../db/qualification/lock';
import { takenUsernames } from '../../db/qualification/names';

/** Target of an import. */
export interface PeriodImport {
  knex: Knex;
  importId: string;
  periodId: string;
  issuerOf: (given: string | undefined) => string;
}

export type PeriodLine = PeriodImportLine | PeriodTombstone;

export interface NumberedLine {
  line: number;
  value: PeriodLine;
}

export interface BatchFindings {
  accept: (value: PeriodLine) => void;
  reject: (line: number, detail: string) => void;
}

type LineOf<K extends PeriodImportKind> = Extract<PeriodImportLine, { kind: K }>;

/**
 * Stores a batch in one transaction under the period's lock, kind by kind: assignments before the groups that name them,
 * groups before their feedback. Lines that the data refuses are named, the others stay.
 */
export async function storePeriodBatch(
  target: PeriodImport,
  lines: readonly NumberedLine[],
  findings: BatchFindings,
): Promise<void> {
  if (lines.length === 0) return;
  const refused = new Map<number, string>();
  await target.knex.transaction(async (trx) => {
    await lockPeriod(trx, target.periodId);
    await storeAssignments(trx, target, lines);
    await storeStudents(trx, target, lines, refused);
    await storeGroups(trx, target, lines, refused);
    await addFeedback(trx, target, lines, refused);
    await storeAdministrators(trx, target, lines);
    await raiseDataVersion(trx, target.periodId);
    await beatImport(trx, target.importId);
  });
  for (const { line, value } of lines) {
    const detail = refused.get(line);
    if (detail === undefined) findings.accept(value);
    else findings.reject(line, detail);
  }
}

function linesOf<K extends PeriodImportKind>(
  lines: readonly NumberedLine[],
  kind: K,
): { kept: { line: number; value: LineOf<K> }[]; gone: Extract<PeriodTombstone, { kind: K }>[] } {
  const ofKind = lines.filter(({ value }) => value.kind === kind);
  const kept = ofKind.filter(({ value }) => !isTombstone(value)) as { line: number; value: LineOf<K> }[];
  const gone = ofKind.map(({ value }) => value).filter(isTombstone) as Extract<PeriodTombstone, { kind: K }>[];
  return { kept, gone };
}

export function isTombstone(value: PeriodLine): value is PeriodTombstone {
  return 'deleted' in value;
}

/** The last line about a row counts, also where it takes the row away. */
function lastOnes<Row extends NumberedLine>(
  lines: readonly Row[],
  keyOf: (value: Row['value']) => string | number,
): Row[] {
  return [...new Map(lines.map((row) => [keyOf(row.value), row])).values()];
}

async function storeAssignments(trx: Knex, { periodId }: PeriodImport, all: readonly NumberedLine[]): Promise<void> {
  const lines = lastOnes(
    all.filter(({ value }) => value.kind === 'assignment'),
    (value) => ('assignmentId' in value ? value.assignmentId : ''),
  );
  const { kept, gone } = linesOf(lines, 'assignment');
  await rows.deletePeriodRows(
    trx,
    periodId,
    'assignment',
    gone.map(({ assignmentId }) => assignmentId),
  );
  const assignments = kept.map(({ value: { kind: _kind, mapper = null, publishedAt, ...row } }) => {
    return { ...row, mapper, publishedAt: new Date(publishedAt) };
  });
  await rows.upsertAssignments(trx, periodId, assignments);
}

async function storeStudents(
  trx: Knex,
  { periodId }: PeriodImport,
  all: readonly NumberedLine[],
  refused: Map<number, string>,
): Promise<void> {
  const lines = lastOnes(
    all.filter(({ value }) => value.kind === 'student'),
    (value) => ('userId' in value ? value.userId : ''),
  );
  const { kept, gone } = linesOf(lines, 'student');
  await rows.deletePeriodRows(
    trx,
    periodId,
    'student',
    gone.map(({ userId }) => userId),
  );
  for (const line of await storeNames(trx, kept)) refused.set(line, '/username: is taken by another learner');
  const students = kept
    .filter(({ line }) => !refused.has(line))
    .map(({ value: { userId, related = true, candidateId = null, tags = [] } }) => ({
      userId,
      related,
      candidateId,
      tags,
    }));
  await rows.upsertStudents(trx, periodId, students);
}

/** Names go to the learners where all three are there. @returns the lines whose user name is another's. */
async function storeNames(trx: Knex, lines: readonly { line: number; value: LineOf<'student'> }[]): Promise<number[]> {
  const named = lines.flatMap(({ line, value: { userId, username, email, fullName } }) =>
    username === undefined || email === undefined || fullName === undefined
      ? []
      : [{ line, learner: { userId, username, email, fullName, active: true } }],
  );
  const taken = await takenUsernames(
    trx,
    named.map(({ learner }) => learner),
  );
  const free = named.filter(({ learner }) => !taken.has(learner.userId));
  if (free.length > 0)
    await upsertLearners(
      trx,
      free.map(({ learner }) => learner),
    );
  return named.filter(({ learner }) => taken.has(learner.userId)).map(({ line }) => line);
}

async function storeGroups(
  trx: Knex,
  { periodId }: PeriodImport,
  all: readonly NumberedLine[],
  refused: Map<number, string>,
): Promise<void> {
  const lines = lastOnes(
    all.filter(({ value }) => value.kind === 'group'),
    (value) => ('groupId' in value ? value.groupId : ''),
  );
  const { kept, gone } = linesOf(lines, 'group');
  await rows.deletePeriodRows(
    trx,
    periodId,
    'group',
    gone.map(({ groupId }) => groupId),
  );
  if (kept.length === 0) return;
  const known = await rows.knownAssignments(trx, periodId);
  for (const { line, value } of kept) {
    if (!known.has(value.assignmentId)) refused.set(line, '/assignmentId: is no assignment of the period');
  }
  const good = kept.filter(({ line }) => !refused.has(line));
  await groups.replaceGroups(
    trx,
    periodId,
    good.map(({ value: { kind: _kind, ...group } }) => group),
  );
}

async function addFeedback(
  trx: Knex,
  { periodId }: PeriodImport,
  all: readonly NumberedLine[],
  refused: Map<number, string>,
): Promise<void> {
  const { kept } = linesOf(all, 'feedback');
  if (kept.length === 0) return;
  const found = await groups.findGroups(trx, periodId, [...new Set(kept.map(({ value }) => value.groupId))]);
  const byId = new Map(found.map((group) => [group.groupId, group]));
  for (const { line, value } of kept) {
    const { kind: _kind, groupId, deadline, ...feedback } = value;
    const group = byId.get(groupId);
    if (group === undefined) refused.set(line, '/groupId: is no group of the period');
    const changed = group && groups.withFeedback(group, { groupId, deadline, feedback });
    if (changed !== undefined) byId.set(groupId, changed);
    else if (group !== undefined) refused.set(line, '/deadline: the group has no such deadline');
  }
  await groups.updateFeedback(trx, periodId, [...byId.values()]);
}

async function storeAdministrators(
  trx: Knex,
  { periodId, issuerOf }: PeriodImport,
  all: readonly NumberedLine[],
): Promise<void> {
  for (const { value } of all) {
    if (value.kind !== 'administrator') continue;
    const { subject, issuer } = value;
    const administrator = { objectKind: 'period', objectId: periodId, issuer: issuerOf(issuer), subject } as const;
    if (isTombstone(value)) await removeAdministrator(trx, administrator);
    else await addAdministrator(trx, administrator);
  }
}
