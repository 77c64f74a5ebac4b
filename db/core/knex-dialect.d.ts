/** knex ships no types for its dialects. */
declare module 'knex/lib/dialects/postgres' {
  class PostgresDialect {
    _query(
      connection: unknown,
      query: { sql: string; bindings?: readonly unknown[]; options?: object },
    ): Promise<unknown>;
    transaction(container: unknown, config: unknown, outer: unknown): unknown;
  }
  export = PostgresDialect;
}

declare module 'knex/lib/dialects/postgres/execution/pg-transaction' {
  class PostgresTransaction {
    constructor(client: unknown, container: unknown, config: unknown, outer: unknown);
    readonly txid: string;
    isolationLevel?: string;
    readOnly?: boolean;
    _completed: boolean;
    _resolver(value: unknown): void;
    begin(connection: unknown): Promise<unknown>;
    commit(connection: unknown, value: unknown): Promise<unknown>;
  }
  export = PostgresTransaction;
}
