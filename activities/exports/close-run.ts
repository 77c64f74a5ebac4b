import { heartbeat } from '@temporalio/activity';
import type { CloseInput, CloseResult, ExportActivities } from '../../contracts/exports/activities';
import type { ExportTotals } from '../../contracts/exports/messages';
import { failRemaining } from '../../db/exports/batch-results';
import { runTotals } from '../../db/exports/records';
import { findRun, updateRun } from '../../db/exports/runs';
import { holdLeftovers } from '../../db/exports/transmission-results';
import type { ExportDependencies } from './dependencies';

/** Enrollments given an outcome in one statement. */
const REST_BATCH = 20_000;

/** Ends a run: nothing stays without outcome, nothing stays under way, and the totals are counted from the records. */
export function closeRunActivity({ knex, countOutcomes }: ExportDependencies): Pick<ExportActivities, 'closeRun'> {
  return {
    async closeRun(input) {
      const run = await findRun(knex, input.exportId);
      if (!run) throw new Error(`There is no export ${input.exportId}`);
      const now = new Date(input.nowMs);
      if (input.rest !== null) {
        const single = run.singleEnrollmentId !== null;
        const userId = single ? (run.request.userId ?? null) : null;
        const courseRunId = single ? (run.request.courseRunId ?? null) : null;
        const scope = { id: run.id, customerId: run.customerId, userId, courseRunId };
        for (let failed = REST_BATCH; failed === REST_BATCH; heartbeat()) {
          failed = await failRemaining(knex, scope, input.rest, REST_BATCH);
          countOutcomes?.('failed', failed, run);
        }
      }
      const held = await holdLeftovers(knex, run.id, now);
      const totals = await runTotals(knex, run.id);
      const result = conclude(input, totals, held);
      const { status, attention } = result;
      await updateRun(
        knex,
        run.id,
        {
          status,
          phase: status,
          totals,
          selected: totals.selected,
          finishedAt: now,
          ...(input.reason === null ? {} : { reason: input.reason }),
          ...(attention === null ? {} : { attention }),
        },
        now,
      );
      return result;
    },
  };
}

function conclude({ rest, reason }: CloseInput, totals: ExportTotals, held: number): CloseResult {
  const inDoubt = held > 0 || (totals.reasons['in-doubt'] ?? 0) > 0;
  if (rest === 'channel-stopped') return { totals, status: rest, attention: reason ?? rest };
  const faulty = totals.failed + totals.quarantined > 0;
  const ended = faulty ? 'completed-with-errors' : 'completed';
  return { totals, status: rest ?? ended, attention: inDoubt ? 'in-doubt' : null };
}
