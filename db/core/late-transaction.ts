import PgTransaction from 'knex/lib/dialects/postgres/execution/pg-transaction';

type Stage = 'not begun' | 'open' | 'committed';

/** The stage of a connection's transaction; stale as soon as the connection serves another one. */
const stages = new WeakMap<object, { txid: string; stage: Stage }>();

interface Connection {
  __knexTxId?: string;
}

/** The stage of the transaction that runs on this connection; undefined outside of transactions. */
export function stageOf(connection: object): Stage | undefined {
  const known = stages.get(connection);
  return known && known.txid === (connection as Connection).__knexTxId ? known.stage : undefined;
}

/** Notes that BEGIN or COMMIT was sent with other statements. */
export function setStage(connection: object, stage: Stage): void {
  const known = stages.get(connection);
  if (known) known.stage = stage;
}

/**
 * A transaction that sends BEGIN with its first statement, and no COMMIT where one was sent with the last: so
 * both share a round trip with others (`runBatch`). Otherwise it is a transaction like any other.
 */
export class LateTransaction extends PgTransaction {
  override begin(connection: object): Promise<unknown> {
    if (this.isolationLevel !== undefined || this.readOnly) return super.begin(connection);
    stages.set(connection, { txid: this.txid, stage: 'not begun' });
    return Promise.resolve();
  }

  override commit(connection: object, value: unknown): Promise<unknown> {
    if (stageOf(connection) !== 'committed') return super.commit(connection, value);
    this._completed = true;
    this._resolver(value);
    return Promise.resolve();
  }
}
