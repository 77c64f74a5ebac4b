import type { WalkedStatus, WalkStage } from './walk-stage';

/** Takes a period's newest status out of the database, for which there is no command: what is saved stays saved. */
export async function removeStatus(stage: WalkStage, status?: WalkedStatus): Promise<void> {
  if (status === undefined) throw new Error('there is no status to take out');
  const { knex } = stage.stack;
  const periodId = stage.own(status.periodId);
  await knex.transaction(async (trx) => {
    const newest = trx('qualification_statuses').where({ period_id: periodId, seq: status.seq }).select('status_id');
    const before = trx('qualification_statuses').where({ period_id: periodId, seq: status.seq - 1 });
    const [previous] = await before.select<{ status_id: string }[]>('status_id');
    if (previous === undefined) await trx('qualification_active').where({ period_id: periodId }).delete();
    else await trx('qualification_active').where({ period_id: periodId }).update(previous);
    await trx('qualification_rows').whereIn('status_id', newest.clone()).delete();
    await trx('qualification_statuses').where({ period_id: periodId, seq: status.seq }).delete();
  });
}
