import type { Knex } from 'knex';

/**
 * The rows of one statement, for all that is neither configuration (models.ts) nor on the decision path (batch.ts):
 * docs/sql.md says which of the three it is. `sql` names its values (`:name`); they are never written into it.
 */
export async function queryRows<T>(knex: Knex, sql: string, values: object = {}): Promise<T[]> {
  const { rows } = await knex.raw<{ rows: T[] }>(sql, values as Knex.ValueDict);
  return rows;
}

/** The first row, if there is one. */
export async function queryRow<T>(knex: Knex, sql: string, values: object = {}): Promise<T | undefined> {
  return (await queryRows<T>(knex, sql, values))[0];
}

/** Runs a statement that writes. @returns how many rows it wrote. */
export async function writeRows(knex: Knex, sql: string, values: object = {}): Promise<number> {
  const { rowCount } = await knex.raw<{ rowCount: number }>(sql, values as Knex.ValueDict);
  return rowCount;
}

/** The `where` that the given values ask for, by the conditions of the same names; a value left out asks for nothing. */
export function whereGiven(conditions: Readonly<Record<string, string>>, values: object): string {
  const given = Object.entries(values).filter(([name, value]) => value !== undefined && conditions[name] !== undefined);
  return `where ${['true', ...given.map(([name]) => conditions[name])].join(' and ')}`;
}
