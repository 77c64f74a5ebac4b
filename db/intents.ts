import type { Knex } from 'knex';

/** Forgets what was asked for a command that was refused: its key may be used again, and then asks again. */
export async function dropIntent(trx: Knex, commandId: string): Promise<void> {
  await trx.raw(`delete from commands where command_id = ? and state = 'asking'`, [commandId]);
}
