import type { Knex } from 'knex';
import { Batcher } from '../../db/core/batcher';
import { lastAcceptedPayloads } from '../../db/exports/ledger-list';
import { differenceOf } from '../../domain/exports/difference';
import type { ExportLevel } from '../../domain/exports/model';
import { type OutgoingRecord, type RecordSender, type SendResult, toSendResult } from './outgoing-record';

const BATCH_DELAY_MS = 20;

/** A dry run: no ledger entries, nothing is sent; what would go out is compared with what was accepted last. */
export class DryRun implements RecordSender {
  private readonly comparisons = new Batcher<OutgoingRecord, SendResult>({
    work: (batch) => this.compare(batch),
    delayMs: BATCH_DELAY_MS,
  });

  constructor(
    private readonly knex: Knex,
    private readonly configurationId: string,
    private readonly level: ExportLevel,
  ) {}

  send(outgoing: OutgoingRecord): Promise<SendResult> {
    return this.comparisons.run(outgoing);
  }

  flush(): void {
    this.comparisons.flush();
  }

  private async compare(batch: readonly OutgoingRecord[]): Promise<SendResult[]> {
    const targets = batch.map(({ enrollmentId, courseId, subsectionId }) => ({ enrollmentId, courseId, subsectionId }));
    const before = await lastAcceptedPayloads(this.knex, this.configurationId, this.level, targets);
    return batch.map((outgoing, at) => {
      const last = before[at] ?? null;
      const payload = JSON.parse(JSON.stringify(outgoing.payload)) as OutgoingRecord['payload'];
      const difference = last === null ? 'first' : differenceOf(last, payload);
      return { ...toSendResult({ kind: 'sent' }), dryRunDetail: { payload, difference } };
    });
  }
}
