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
  /** What a person gave as the reason. */
  reason?: string | null;
  detail: unknown;
}

/** Who asked for a change, and when: what all its rows have in common. */
export type ChangedBy = Pick<AuditEntry, 'actor' | 'requestId' | 'at' | 'reason'>;

export async function appendAudit(knex: Knex, entry: AuditEntry): Promise<void> {
  await appendAudits(knex, [entry]);
}

/** Several at once, in one statement. */
export async function appendAudits(knex: Knex, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await writeRows(knex, APPEND, { entries: JSON.stringify(entries) });
}

const APPEND = `
  insert into audit_log (at, actor, scope, action, object, request_id, reason, detail)
  select at, actor, scope, action, object, "requestId", reason, detail
  from jsonb_to_recordset(cast(:entries as jsonb)) as e(at timestamptz, actor text, scope text, action text, object text,
    "requestId" text, reason text, detail jsonb)`;
