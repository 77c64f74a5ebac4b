import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { Batcher } from '../../db/core/batcher';
import { type BatchResults, writeBatchResults } from '../../db/exports/batch-results';
import type { OutcomeRecord } from '../../db/exports/records';
import type { SelectedEnrollment } from '../../db/exports/selection';
import { backoffMs } from '../../domain/backoff';
import { INTERRUPTED, type EnrollmentResult } from './enrollment';
import { redactRecord } from './redact-record';

const WRITE_TRIES = 6;
const RETRY_MS = 100;

export interface FinishedEnrollment {
  sequence: number;
  selected: SelectedEnrollment;
  enrollmentResult: EnrollmentResult;
}

/** Writes results as they come, one transaction at a time: what comes meanwhile shares the next one. */
export class RecordWriter {
  private readonly batches: Batcher<FinishedEnrollment, void>;
  private readonly written: Promise<void>[] = [];
  private failure: Error | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly run: { id: string; customerId: string; dryRun: boolean },
    /** Called with records once they are written. */
    private readonly onWritten: (records: readonly OutcomeRecord[]) => void,
    /** How long results wait for a batch. */
    delayMs: number,
  ) {
    this.batches = new Batcher({ work: (batch) => this.write(batch), maxInFlight: 1, delayMs });
  }

  add(finished: FinishedEnrollment): void {
    const written = this.batches.run(finished);
    written.catch(() => undefined);
    this.written.push(written);
  }

  /** @throws what kept something from being written. After that nothing more is. */
  async finish(): Promise<void> {
    this.batches.flush();
    await Promise.all(this.written);
  }

  private async write(batch: readonly FinishedEnrollment[]): Promise<void[]> {
    if (this.failure) throw this.failure;
    const results = batch.flatMap(({ enrollmentResult }) => enrollmentResult.sendResults.map(({ result }) => result));
    const records = batch
      .filter(({ enrollmentResult }) => enrollmentResult.outcome !== INTERRUPTED)
      .map((one) => recordOf(one, this.run));
    const gone = batch.filter(({ enrollmentResult }) =>
      enrollmentResult.sendResults.some(({ result }) => result.learnerGone),
    );
    await this.writeWithRetry({
      customerId: this.run.customerId,
      records,
      results: results.flatMap(({ transmissionResult }) => transmissionResult ?? []),
      goneUserIds: gone.map(({ selected }) => selected.facts.link.userId),
    });
    this.onWritten(records);
    return [];
  }

  /** A channel's answer must not be lost to a short database outage: those rows would be in doubt. */
  private async writeWithRetry(results: BatchResults): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await writeBatchResults(this.knex, this.run.id, results, new Date());
        return;
      } catch (error) {
        if (tries === WRITE_TRIES) throw (this.failure = error as Error);
        await sleep(backoffMs(tries, { firstMs: RETRY_MS }));
      }
    }
  }
}

function recordOf(
  { sequence, selected, enrollmentResult }: FinishedEnrollment,
  { dryRun }: { dryRun: boolean },
): OutcomeRecord {
  const { enrollment, link } = selected.facts;
  return {
    sequence,
    enrollmentId: enrollment.id,
    userId: link.userId,
    courseRunId: enrollment.courseRunId,
    outcome: enrollmentResult.outcome,
    detail: detailOf(enrollmentResult, dryRun),
  };
}

/** What to store beyond the outcome; null for the plain case, which is nearly all of them. */
function detailOf({ sendResults, conflict, records }: EnrollmentResult, dryRun: boolean): unknown {
  const plain = sendResults.length === 1 && sendResults[0]?.result.outcome.kind === 'sent' && !dryRun;
  if ((plain || sendResults.length === 0) && conflict === null) return null;
  const perRecord = sendResults.map(({ record, result: { outcome, status, dryRunDetail } }) => ({
    courseId: record.courseId,
    ...(record.kind === 'assessment' ? { subsectionId: record.subsectionId } : {}),
    outcome: outcome.kind,
    ...('reason' in outcome ? { reason: outcome.reason } : {}),
    ...(status === null ? {} : { status }),
    ...dryRunDetail,
  }));
  return {
    ...(conflict === null ? {} : { conflict }),
    ...(perRecord.length === 0 ? {} : { told: perRecord }),
    ...(dryRun && records.length > 0 ? { records: records.map(redactRecord) } : {}),
  };
}
