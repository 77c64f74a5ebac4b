import type { Knex } from 'knex';
import { lastAcceptedPayloads } from '../../db/exports/ledger-list';
import { differenceOf } from '../../domain/exports/difference';
import type { ExportLevel } from '../../domain/exports/model';
import { type SendResult, type RecordSender, toSendResult, type OutgoingRecord } from './outgoing-record';

const BATCH_DELAY_MS = 20;

interface WaitingRecord {
  outgoing: OutgoingRecord;
  resolve: (result: SendResult) => void;
  reject: (error: unknown) => void;
}

/** A dry run: no ledger entries, nothing is sent; what would go out is compared with what was accepted last. */
export class DryRun implements RecordSender {
  private waiting: WaitingRecord[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly configurationId: string,
    private readonly level: ExportLevel,
  ) {}

  send(outgoing: OutgoingRecord): Promise<SendResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ outgoing, resolve, reject });
      this.timer ??= setTimeout(() => this.flush(), BATCH_DELAY_MS);
    });
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.waiting.splice(0);
    this.compare(batch).catch((error: unknown) => batch.forEach(({ reject }) => reject(error)));
  }

  private async compare(batch: WaitingRecord[]): Promise<void> {
    const targets = batch.map(({ outgoing }) => outgoing.ledgerEntry);
    const before = await lastAcceptedPayloads(
      this.knex,
      this.configurationId,
      this.level,
      targets.map(({ enrollmentId, courseId, subsectionId }) => ({ enrollmentId, courseId, subsectionId })),
    );
    for (const [at, { outgoing, resolve }] of batch.entries()) {
      const last = before[at] ?? null;
      const payload = JSON.parse(JSON.stringify(outgoing.payload)) as OutgoingRecord['payload'];
      const difference = last === null ? 'first' : differenceOf(last, payload);
      resolve({ ...toSendResult({ kind: 'sent' }), dryRunDetail: { payload, difference } });
    }
  }
}
