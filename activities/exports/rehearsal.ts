import type { Knex } from 'knex';
import { lastAcceptedPayloads } from '../../db/exports/ledger-list';
import { differenceOf } from '../../domain/exports/difference';
import type { ExportLevel } from '../../domain/exports/model';
import { type Delivered, type Delivery, ended, type Parcel } from './delivery';

const LINGER_MS = 20;

interface Waiting {
  parcel: Parcel;
  done: (delivered: Delivered) => void;
  broken: (error: unknown) => void;
}

/** A dry run's delivery: nothing is claimed, nothing leaves; what would go out is held against what was accepted last. */
export class Rehearsal implements Delivery {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly knex: Knex,
    private readonly configurationId: string,
    private readonly level: ExportLevel,
  ) {}

  send(parcel: Parcel): Promise<Delivered> {
    return new Promise((done, broken) => {
      this.waiting.push({ parcel, done, broken });
      this.timer ??= setTimeout(() => this.hurry(), LINGER_MS);
    });
  }

  hurry(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.waiting.splice(0);
    this.compare(batch).catch((error: unknown) => batch.forEach(({ broken }) => broken(error)));
  }

  private async compare(batch: Waiting[]): Promise<void> {
    const targets = batch.map(({ parcel }) => parcel.claim);
    const before = await lastAcceptedPayloads(
      this.knex,
      this.configurationId,
      this.level,
      targets.map(({ enrollmentId, courseId, subsectionId }) => ({ enrollmentId, courseId, subsectionId })),
    );
    for (const [at, { parcel, done }] of batch.entries()) {
      const last = before[at] ?? null;
      const payload = JSON.parse(JSON.stringify(parcel.payload)) as Parcel['payload'];
      const difference = last === null ? 'first' : differenceOf(last, payload);
      done({ ...ended({ kind: 'sent' }), rehearsal: { payload, difference } });
    }
  }
}
