import type { Knex } from 'knex';
import type { GateFacts } from '../../domain/qualification/gate';
import { queryRow } from '../core/query';

/**
 * What the gate of an exam is decided from. The row of the active status is held until the transaction ends, so a save or a
 * retraction waits for it, and this for them; in two statements, as the first may have waited for a newer status.
 */
export async function readGateFacts(
  trx: Knex,
  { periodId, examId, userId }: { periodId: string; examId: number; userId: string },
): Promise<GateFacts> {
  const active = await queryRow<{ statusId: string }>(
    trx,
    'select status_id as "statusId" from qualification_active where period_id = :periodId for share',
    { periodId },
  );
  const row = await queryRow<GateRow>(trx, FACTS, { statusId: active?.statusId ?? null, examId, userId });
  return {
    active: row?.status == null ? null : { status: row.status },
    row: row?.isListed === true ? { qualifies: row.qualifies } : null,
    hasException: row?.hasException ?? false,
  };
}

interface GateRow {
  status: NonNullable<GateFacts['active']>['status'] | null;
  isListed: boolean;
  qualifies: boolean | null;
  hasException: boolean;
}

const FACTS = `
  select s.status, r.user_id is not null as "isListed", r.qualifies,
    exists (select 1 from allowances l where l.exam_id = :examId and l.user_id = :userId
      and l.key = 'qualification_exception' and trim(l.value) <> '') as "hasException"
  from (select 1) one
  left join qualification_statuses s on s.status_id = cast(:statusId as bigint)
  left join qualification_rows r on r.status_id = s.status_id and r.user_id = :userId`;
