import type { Settings } from '../../config/settings';
import type { ExportAnswer, ExportTotalsAnswer } from '../../contracts/http/exports';
import type { ExportRun } from '../../db/exports/runs';

/** A run as API.md has it. While it goes on, what has no outcome yet is pending, so that the totals always add up. */
export function exportAnswer(run: ExportRun, settings: Settings, now: Date): ExportAnswer {
  const totals = totalsOf(run);
  const done = totals.selected - totals.pending;
  const elapsed = run.startedAt === null ? 0 : ((run.finishedAt ?? now).getTime() - run.startedAt.getTime()) / 1_000;
  const rate = elapsed <= 0 ? null : Math.round((100 * done) / elapsed) / 100;
  const namespace = encodeURIComponent(settings.temporalNamespace);
  const { exportId, ...ids } = idsOf(run);
  return {
    exportId,
    ...ids,
    totals,
    reasons: run.totals.reasons ?? {},
    notSelected: run.notSelected ?? 0,
    percent: totals.selected === 0 ? (run.finishedAt === null ? 0 : 100) : Math.floor((100 * done) / totals.selected),
    ratePerSecond: rate,
    etaSeconds: run.finishedAt !== null || !rate ? null : Math.ceil(totals.pending / rate),
    needsAttention: run.attention,
    workflowId: run.workflowId,
    temporalUrl: `${settings.temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(run.workflowId)}`,
    ...timesOf(run),
  };
}

function totalsOf({ selected, totals, finishedAt }: ExportRun): ExportTotalsAnswer {
  const { sent = 0, unchanged = 0, skipped = {}, failed = 0, quarantined = 0 } = totals;
  const skippedCount = Object.values(skipped).reduce((sum, n) => sum + n, 0);
  const done = sent + unchanged + skippedCount + failed + quarantined;
  const pending = finishedAt === null ? Math.max(0, (selected ?? 0) - done) : 0;
  return { selected: done + pending, sent, unchanged, skipped, failed, quarantined, pending };
}

function idsOf(run: ExportRun) {
  const { id: exportId, customerId, channelId, level, trigger, status, phase, reason, dryRun, skipTransmitted } = run;
  const { userId: learnerId = null, courseRunId = null } = run.request;
  return {
    exportId,
    customerId,
    channelId,
    level,
    trigger,
    status,
    phase,
    reason,
    dryRun,
    skipTransmitted,
    learnerId,
    courseRunId,
    asOf: run.asOf.toISOString(),
  };
}

function timesOf({ createdAt, startedAt, finishedAt, modifiedAt }: ExportRun) {
  return {
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    modifiedAt: modifiedAt.toISOString(),
  };
}
