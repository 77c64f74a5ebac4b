import { connectDatabase } from '../../../../db/core/connect';
import { waitUntil } from '../../../../dev/wait-until';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

describe('what a pool has to say beside its statements', () => {
  let database: TestDatabase;
  let printed: jest.SpyInstance;
  const said: string[] = [];
  const log = { warn: (message: string) => said.push(message), error: (message: string) => said.push(message) };

  beforeAll(async () => {
    database = await cloneDatabase();
  });

  afterAll(() => database.drop());

  beforeEach(() => {
    said.length = 0;
    printed = jest.spyOn(console, 'log');
  });

  afterEach(() => {
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  /** A statement before and one after its idle connection was ended by the server. */
  async function loseConnection(more: object): Promise<void> {
    const pool = connectDatabase({ url: database.url, poolMax: 1, ...more });
    const { rows } = await pool.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    await database.db.raw('select pg_terminate_backend(?)', [pid]);
    const isGone = async (): Promise<boolean> => (await database.db('pg_stat_activity').where({ pid })).length === 0;
    await waitUntil(isGone, { what: 'the backend to end', timeoutMs: 5_000 });
    await waitUntil(async () => (await pool.raw<{ rows: unknown[] }>('select 1')).rows.length === 1, {
      what: 'another connection',
      timeoutMs: 5_000,
    });
    await pool.destroy();
  }

  it('goes to the log it was given: a connection lost while nobody used it', async () => {
    await loseConnection({ log });
    expect(said).toEqual([expect.stringMatching(/^knex: Connection Error: /)]);
  });

  it('is nothing without a log', async () => {
    await loseConnection({});
    expect(said).toEqual([]);
  });

  it('goes to the log when there is no server, and the statement fails with the same reason', async () => {
    const pool = connectDatabase({ url: 'postgres://127.0.0.1:1/none', poolMax: 1, log });
    await expect(pool.raw('select 1')).rejects.toThrow('ECONNREFUSED');
    expect(said).toEqual([expect.stringMatching(/^knex: Acquire connection error: .*ECONNREFUSED/)]);
    await pool.destroy();
  });
});
