import type { Knex } from 'knex';
import { writeRows } from '../core/query';

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

export async function appendAudit(knex: Knex, { detail, ...entry }: AuditEntry): Promise<void> {
  await writeRows(
    knex,
    `insert into audit_log (at, actor, scope, action, object, request_id, detail)
     values (:at, :actor, :scope, :action, :object, :requestId, cast(:detail as jsonb))`,
    { ...entry, detail: JSON.stringify(detail) },
  );
}
