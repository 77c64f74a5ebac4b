import type { Knex } from 'knex';
import * as groups from '../../db/qualification/import-groups';
import * as rows from '../../db/qualification/import-rows';
import { linesOf, linesToStore, type NumberedLine, type PeriodImport } from './import-line';

/** Stores the assignments of a batch, and takes away those it takes away, with their groups. */
export async function storeAssignments(trx: Knex, target: PeriodImport, all: readonly NumberedLine[]): Promise<void> {
  const kept = await linesToStore(trx, target, all, 'assignment');
  const assignments = kept.map(({ value: { kind: _kind, mapper = null, publishedAt, ...row } }) => {
    return { ...row, mapper, publishedAt: new Date(publishedAt) };
  });
  await rows.upsertAssignments(trx, target.periodId, assignments);
}

/** Replaces the groups of a batch. Those of unknown assignments are refused. */
export async function storeGroups(
  trx: Knex,
  target: PeriodImport,
  all: readonly NumberedLine[],
  refused: Map<number, string>,
): Promise<void> {
  const { periodId } = target;
  const kept = await linesToStore(trx, target, all, 'group');
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

/** Adds single feedback. That of unknown groups and deadlines is refused. */
export async function addFeedback(
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
