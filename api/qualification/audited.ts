import type { FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import { appendAudit } from '../../db/requests/audit';
import { changedBy } from '../auth/changed-by';
import type { ApiContext } from '../context';

export interface AuditedChange {
  action: string;
  object: string;
  detail?: Record<string, unknown>;
}

/** Makes a change and its entry in the audit log in one transaction: neither is there without the other. */
export async function changeAudited<T>(
  context: ApiContext,
  request: FastifyRequest,
  change: (trx: Knex.Transaction) => Promise<{ result: T; audit: AuditedChange | null }>,
): Promise<T> {
  return context.knex.transaction(async (trx) => {
    const { result, audit } = await change(trx);
    if (audit !== null) {
      const { action, object, detail = {} } = audit;
      const scope = 'qualification:admin';
      await appendAudit(trx, { ...changedBy(context, request), scope, action, object, detail });
    }
    return result;
  });
}
