import type { Knex } from 'knex';
import { queryRows } from '../../db/core/query';
import type { AuditEntry } from '../../db/requests/audit';

/** What the audit log has of an object, newest first. */
export function auditOf(knex: Knex, object: string): Promise<AuditEntry[]> {
  const sql = `select at, actor, scope, action, object, request_id as "requestId", detail
    from audit_log where object = :object order by id desc`;
  return queryRows(knex, sql, { object });
}
