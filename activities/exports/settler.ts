import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { type Settled, settleRecords } from '../../db/exports/page-records';
import type { OutcomeRecord } from '../../db/exports/records';
import type { SelectedEnrollment } from '../../db/exports/selection';
import { INTERRUPTED, type UnitEnd } from './page';
import { shownRecord } from './shown-record';

const WRITE_TRIES = 6;
const RETRY_MS = 100;

export interface Ended {
  sequence: number;
  selected: SelectedEnrollment;
  end: UnitEnd;
}

/** Writes ends as they come, one transaction at a time: what comes meanwhile shares the next one. */
export class Settler {
  private waiting: Ended[] = [];
  private running: Promise<void> | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly run: { id: string; customerId: string; dryRun: boolean },
    /** Told of records once they are written. */
    private readonly onWritten: (records: readonly OutcomeRecord[]) => void,
    /** How long ends wait for company. */
    private readonly lingerMs: number,
  ) {}

  add(ended: Ended): void {
    this.waiting.push(ended);
    this.running ??= this.writeAll();
    this.running.catch(() => undefined);
  }

  /** @throws what kept something from being written. */
  async finish(): Promise<void> {
    await this.running;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.lingerMs > 0) await sleep(this.lingerMs);
      await this.write(this.waiting.splice(0));
    }
    this.running = null;
  }

  private async write(batch: Ended[]): Promise<void> {
    const results = batch.flatMap(({ end }) => end.delivered.map(({ result }) => result));
    const records = batch.filter(({ end }) => end.outcome !== INTERRUPTED).map((one) => recordOf(one, this.run));
    const gone = batch.filter(({ end }) => end.delivered.some(({ result }) => result.learnerGone));
    await this.persist({
      customerId: this.run.customerId,
      records,
      settlements: results.flatMap(({ settlement }) => settlement ?? []),
      gone: gone.map(({ selected }) => selected.facts.link.userId),
    });
    this.onWritten(records);
  }

  /** What a channel has answered must not be lost to a moment without database: those rows would be in doubt. */
  private async persist(settled: Settled): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await settleRecords(this.knex, this.run.id, settled, new Date());
        return;
      } catch (error) {
        if (tries === WRITE_TRIES) throw error;
        await sleep(RETRY_MS * 2 ** tries);
      }
    }
  }
}

function recordOf({ sequence, selected, end }: Ended, { dryRun }: { dryRun: boolean }): OutcomeRecord {
  const { enrollment, link } = selected.facts;
  return {
    ...{ sequence, enrollmentId: enrollment.id, userId: link.userId, courseRunId: enrollment.courseRunId },
    outcome: end.outcome,
    detail: detailOf(end, dryRun),
  };
}

/** What is worth telling beyond the outcome; null for the plain case, which is nearly all of them. */
function detailOf({ delivered, conflict, records }: UnitEnd, dryRun: boolean): unknown {
  const plain = delivered.length === 1 && delivered[0]?.result.outcome.kind === 'sent' && !dryRun;
  if ((plain || delivered.length === 0) && conflict === null) return null;
  const told = delivered.map(({ record, result: { outcome, status, rehearsal } }) => ({
    courseId: record.courseId,
    ...(record.kind === 'assessment' ? { subsectionId: record.subsectionId } : {}),
    outcome: outcome.kind,
    ...('reason' in outcome ? { reason: outcome.reason } : {}),
    ...(status === null ? {} : { status }),
    ...rehearsal,
  }));
  return {
    ...(conflict === null ? {} : { conflict }),
    ...(told.length === 0 ? {} : { told }),
    ...(dryRun && records.length > 0 ? { records: records.map(shownRecord) } : {}),
  };
}
