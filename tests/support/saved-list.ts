import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { lockPeriod } from '../../db/qualification/lock';
import { upsertNode } from '../../db/qualification/nodes';
import { upsertPeriod } from '../../db/qualification/periods';
import { addStatusRows } from '../../db/qualification/status-rows';
import { activateStatus, addStatus, findActiveStatus } from '../../db/qualification/statuses';
import { nextStatus, type QualificationStatusName } from '../../domain/qualification/statuses';

const DAY_MS = 86_400_000;

/** A period without results, for tests of what is done with its list. */
export async function aPeriod(knex: Knex, periodId: string): Promise<void> {
  await knex.transaction((trx) =>
    upsertNode(trx, { nodeId: 'maths', parentId: null, kind: 'subject', name: 'Maths', language: 'en' }),
  );
  const dates = { startsAt: new Date(Date.now() - DAY_MS), endsAt: new Date(Date.now() + DAY_MS) };
  const names = { shortName: periodId, longName: periodId };
  await upsertPeriod(knex, { periodId, nodeId: 'maths', deadlineTagId: null, ...names, ...dates });
}

/** Saves a status as decided elsewhere, in one transaction as a save or a retraction does. */
export async function saveList(
  knex: Knex,
  periodId: string,
  status: QualificationStatusName,
  answers: Record<string, boolean | null> = {},
): Promise<void> {
  const [at, by] = [new Date(), 'office'];
  const entry = { status, message: 'm', at, by, plugin: null, settings: null, draftId: null, assignmentIds: [] };
  await knex.transaction(async (trx) => {
    await lockPeriod(trx, periodId);
    const statusId = await addStatus(trx, {
      periodId,
      status: nextStatus(await findActiveStatus(trx, periodId), entry),
      assignments: [],
      counts: { qualify: 0, fail: 0, undecided: 0 },
      because: 'save',
      requestId: 'request',
      commandId: randomUUID(),
      dataVersion: 0,
    });
    const rows = Object.entries(answers).map(([userId, qualifies], position) => {
      return {
        userId,
        qualifies,
        ruled: qualifies === true,
        reason: { code: 'by-hand', params: {} },
        cells: [],
        position,
      };
    });
    await addStatusRows(trx, statusId, rows);
    await activateStatus(trx, periodId, statusId);
  });
}
