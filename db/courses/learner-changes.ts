import type { Knex } from 'knex';
import { LearnerModel } from '../core/models';
import { appendAudits, type AuditEntry, type ChangedBy } from '../requests/audit';
import { auditEntryOf } from '../requests/configuration-audit';
import { type Learner, upsertLearner, upsertLearners } from './learners';

/** Stores a learner; the audit log has which members changed, and no value. @throws as `upsertLearner`. */
export async function changeLearner(knex: Knex, learner: Learner, by: ChangedBy): Promise<Learner> {
  return knex.transaction(async (trx) => {
    const before = await lockLearners(trx, [learner.userId]);
    const after = await upsertLearner(trx, learner);
    await appendAudits(trx, changesOf([after], before, by));
    return after;
  });
}

/**
 * Stores up to a thousand learners. Each that changed leaves a row; of new ones, which may be a whole university, the import
 * says how many there were. @returns that number.
 */
export async function importLearners(knex: Knex, learners: readonly Learner[], by: ChangedBy): Promise<number> {
  return knex.transaction(async (trx) => {
    const ids = [...new Set(learners.map(({ userId }) => userId))];
    const before = await lockLearners(trx, ids);
    await upsertLearners(trx, learners);
    const known = learners.filter(({ userId }) => before.has(userId));
    await appendAudits(trx, changesOf(known, before, by));
    return ids.length - before.size;
  });
}

/** In the order of their ids, so that two imports never wait for each other. */
async function lockLearners(trx: Knex, userIds: readonly string[]): Promise<Map<string, Learner>> {
  const rows = await LearnerModel.query(trx)
    .whereIn('user_id', [...userIds])
    .orderBy('user_id')
    .forUpdate();
  return new Map(rows.map((row) => [row.userId, row]));
}

function changesOf(after: readonly Learner[], before: ReadonlyMap<string, Learner>, by: ChangedBy): AuditEntry[] {
  return after.flatMap(({ userId, ...members }) => {
    const { userId: _id, ...former } = before.get(userId) ?? { userId };
    const change = { kind: 'learner', object: `learner:${userId}`, redact: () => ({}), scope: 'exams:write' };
    const entry = auditEntryOf({ ...change, before: before.has(userId) ? former : null, after: members }, by);
    return entry ? [{ ...entry, detail: { fields: (entry.detail as { fields: string[] }).fields } }] : [];
  });
}
