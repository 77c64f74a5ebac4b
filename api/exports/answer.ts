import type { Settings } from '../../config/settings';
import type { ExportAnswer, ExportTotalsAnswer } from '../../contracts/http/exports';
import type { ExportRun } from '../../db/exports/runs';

/** A run as callers see it. While it goes on, what has no outcome yet is pending, so that the totals always add up. */
export function exportAnswer(run: ExportRun, settings: Settings, now: Date): ExportAnswer {
  const totals = totalsOf(run);
  const namespace = encodeURIComponent(settings.temporalNamespace);
  const { customerId, channelId, level, trigger, status, phase, reason, dryRun, skipTransmitted, workflowId } = run;
  const { userId: learnerId = null, courseRunId = null } = run.request;
  const { createdAt, startedAt, finishedAt, modifiedAt } = run;
  const about = { customerId, channelId, level, trigger, status, phase, reason, dryRun, skipTransmitted, learnerId };
  return {
    exportId: run.id,
    ...about,
    courseRunId,
    asOf: run.asOf.toISOString(),
    totals,
    reasons: run.totals.reasons ?? {},
    notSelected: run.notSelected ?? 0,
    ...paceOf(run, totals, now),
    needsAttention: run.attention,
    workflowId,
    temporalUrl: `${settings.temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    modifiedAt: modifiedAt.toISOString(),
  };
}

function paceOf({ startedAt, finishedAt }: ExportRun, { selected, pending }: ExportTotalsAnswer, now: Date) {
  const elapsedMs = startedAt === null ? 0 : (finishedAt ?? now).getTime() - startedAt.getTime();
  const done = selected - pending;
  const ratePerSecond = elapsedMs <= 0 ? null : Math.round((100_000 * done) / elapsedMs) / 100;
  const etaSeconds = finishedAt !== null || !ratePerSecond ? null : Math.ceil(pending / ratePerSecond);
  const percent = selected === 0 ? (finishedAt === null ? 0 : 100) : Math.floor((100 * done) / selected);
  return { percent, ratePerSecond, etaSeconds };
}

function totalsOf({ selected, totals, finishedAt }: ExportRun): ExportTotalsAnswer {
  const { sent = 0, unchanged = 0, skipped = {}, failed = 0, quarantined = 0 } = totals;
  const skippedCount = Object.values(skipped).reduce((sum, n) => sum + n, 0);
  const done = sent + unchanged + skippedCount + failed + quarantined;
  const pending = finishedAt === null ? Math.max(0, (selected ?? 0) - done) : 0;
  return { selected: done + pending, sent, unchanged, skipped, failed, quarantined, pending };
}
