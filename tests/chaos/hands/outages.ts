import { Client as PgClient } from 'pg';
import { waitUntil } from '../../../dev/wait-until';
import type { ChaosStack } from '../chaos-stack';

/** While it lasts not both of Temporal and Postgres answer as they should. */
export interface Outage {
  fromMs: number;
  untilMs: number;
}

/** Takes a part away for a while, and notes when. */
export class Outages {
  readonly all: Outage[] = [];

  constructor(private readonly chaos: ChaosStack) {}

  /** Temporal's data folder is gone: it starts again and knows nobody. */
  async loseTemporal(): Promise<void> {
    await this.during(async () => {
      await this.chaos.stack.temporal?.restartEmpty();
    });
  }

  /** As during a failover: everybody may read, nobody may write. */
  async readOnly(durationMs: number): Promise<void> {
    await this.during(async () => {
      await this.setReadOnly('on');
      const until = Date.now() + durationMs;
      await waitUntil(() => Date.now() >= until, { what: 'the failover', timeoutMs: durationMs + 5_000 });
      await this.setReadOnly('off');
    });
  }

  private async during(work: () => Promise<void>): Promise<void> {
    const fromMs = Date.now();
    await work();
    this.all.push({ fromMs, untilMs: Date.now() });
  }

  /** Sessions that were open take it over with their next transaction. */
  private async setReadOnly(value: 'on' | 'off'): Promise<void> {
    const admin = new PgClient({ connectionString: this.chaos.stack.postgres?.adminUrl });
    await admin.connect();
    try {
      await admin.query('set default_transaction_read_only = off');
      await admin.query(`alter system set default_transaction_read_only = ${value}`);
      await admin.query('select pg_reload_conf()');
    } finally {
      await admin.end();
    }
  }
}
