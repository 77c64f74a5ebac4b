/** knex ships no types for its dialects. */
declare module 'knex/lib/dialects/postgres' {
  class PostgresDialect {
    _query(
      connection: unknown,
      query: { sql: string; bindings?: readonly unknown[]; options?: object },
    ): Promise<unknown>;
  }
  export = PostgresDialect;
}
