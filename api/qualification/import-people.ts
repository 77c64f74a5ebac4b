import type { Knex } from 'knex';
import { upsertLearners } from '../../db/courses/learners';
import { addAdministrator, removeAdministrator } from '../../db/qualification/administrators';
import { upsertStudents } from '../../db/qualification/import-rows';
import { takenUsernames } from '../../db/qualification/names';
import { isTombstone, type LineOf, linesToStore, type NumberedLine, type PeriodImport } from './import-line';

/** Stores the students of a batch. Lines whose user name is another learner's are refused. */
export async function storeStudents(
  trx: Knex,
  target: PeriodImport,
  all: readonly NumberedLine[],
  refused: Map<number, string>,
): Promise<void> {
  const kept = await linesToStore(trx, target, all, 'student');
  for (const line of await storeNames(trx, kept)) refused.set(line, '/username: is taken by another learner');
  const students = kept
    .filter(({ line }) => !refused.has(line))
    .map(({ value: { userId, related = true, candidateId = null, tags = [] } }) => ({
      userId,
      related,
      candidateId,
      tags,
    }));
  await upsertStudents(trx, target.periodId, students);
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

/** Lists on the period whom the batch names, and takes off whom it takes off. */
export async function storeAdministrators(
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
