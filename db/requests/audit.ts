import type { Knex } from 'knex';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import { AuditModel } from '../core/models';

/** Who did what to what, by ids only. */
export interface AuditEntry {
  at: Date;
  actor: string;
  scope: string;
  action: string;
  object: string;
  requestId: string;
  detail: unknown;
}

/** Who asked for a change, and when: what all its rows have in common. */
export type ChangedBy = Pick<AuditEntry, 'actor' | 'requestId' | 'at'>;

export async function appendAudit(knex: Knex, entry: AuditEntry): Promise<void> {
  await AuditModel.query(knex).insert(entry);
}

/** Newest first, of one object or actor if given. */
export async function listAudit(
  knex: Knex,
  filter: { object?: string | undefined; actor?: string | undefined },
  { limit, cursor }: PageRequest,
): Promise<Page<AuditEntry & { id: string }>> {
  const query = AuditModel.query(knex)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (filter.object !== undefined) void query.where('object', filter.object);
  if (filter.actor !== undefined) void query.where('actor', filter.actor);
  if (cursor !== undefined) void query.where('id', '<', decodeCursor(cursor, [/^\d{1,18}$/])[0] as string);
  return toPage(
    await query,
    limit,
    (row): AuditEntry & { id: string } => row,
    ({ id }) => [id],
  );
}
