import type { Knex } from 'knex';
import { EXTRA_TIME, DUE_DATE_OVERRIDE } from '../../domain/attempts/allowances';
import { writeRows } from '../core/query';
import type { ChangedBy } from '../requests/audit';
import { type Allowance, ALLOWANCES_PER_STATEMENT, deleteAllowance, putAllowances } from './allowances';

/**
 * Stores allowances, all or none. The audit log has what is new, changed or removed, with old and new value of those that
 * are times; other values may be personal data and are not written there.
 */
export async function changeAllowances(knex: Knex, rows: readonly Allowance[], by: ChangedBy): Promise<number> {
  return knex.transaction(async (trx) => {
    for (let at = 0; at < rows.length; at += ALLOWANCES_PER_STATEMENT) {
      const chunk = rows.slice(at, at + ALLOWANCES_PER_STATEMENT);
      await auditChanges(trx, chunk, by);
      await putAllowances(trx, chunk);
    }
    return rows.length;
  });
}

/** Removes an allowance, audited as well. False when there was none. */
export async function removeAllowance(knex: Knex, row: Omit<Allowance, 'value'>, by: ChangedBy): Promise<boolean> {
  return knex.transaction(async (trx) => {
    await auditChanges(trx, [{ ...row, value: null }], by);
    return deleteAllowance(trx, row);
  });
}

type AllowanceChange = Omit<Allowance, 'value'> & { value: string | null };

async function auditChanges(trx: Knex, changes: readonly AllowanceChange[], by: ChangedBy): Promise<void> {
  const times = [EXTRA_TIME, DUE_DATE_OVERRIDE];
  await writeRows(trx, AUDIT, { reason: null, ...by, times, changes: JSON.stringify(changes) });
}

const AUDIT = `
  with former as (
    select a.* from jsonb_to_recordset(cast(:changes as jsonb)) as c("examId" int, "userId" text, key text)
    join allowances a on a.exam_id = c."examId" and a.user_id = c."userId" and a.key = c.key
    for update of a
  )
  insert into audit_log (at, actor, scope, action, object, request_id, reason, detail)
  select :at, :actor, 'exams:write',
    case when c.value is null then 'allowance.removed' when a.key is null then 'allowance.created' else 'allowance.changed' end,
    'allowance:' || c."examId" || ':' || c."userId" || ':' || c.key, :requestId, :reason,
    case when c.key = any(:times) then jsonb_strip_nulls(jsonb_build_object('before', a.value, 'after', c.value)) end
  from jsonb_to_recordset(cast(:changes as jsonb)) as c("examId" int, "userId" text, key text, value text)
  left join former a on a.exam_id = c."examId" and a.user_id = c."userId" and a.key = c.key
  where a.value is distinct from c.value`;
