import { isDatabaseUnavailable } from '../../../db/core/database-failure';
import { ERROR_SERIALIZERS, loggedError } from '../../../db/core/logged-error';
import { withSafeFailures } from '../../../worker/safe-failures';

/** As pg throws it, with what it quotes. */
function databaseError(code: string): Error {
  const message = `update learners set email = 'canary@example.org' - invalid value "canary"`;
  return Object.assign(new Error(message), {
    code,
    severity: 'ERROR',
    detail: 'Key (email)=(canary) …',
    where: 'canary',
  });
}

describe('A database that cannot serve is unavailable', () => {
  it.each([
    ['read only, after a failover', '25006'],
    ['a lock that did not come', '55P03'],
    ['a statement that took too long', '57014'],
    ['a serialization failure', '40001'],
    ['a deadlock', '40P01'],
    ['a full disk', '53100'],
    ['no memory', '53200'],
    ['too many connections', '53300'],
    ['a shutdown', '57P01'],
    ['a broken connection', '08006'],
  ])('%s', (_, code) => {
    expect(isDatabaseUnavailable(databaseError(code))).toBe(true);
  });

  it.each([
    ['a value that is none', '22009'],
    ['a duplicate', '23505'],
    ['a missing table', '42P01'],
  ])('but not for %s', (_, code) => {
    expect(isDatabaseUnavailable(databaseError(code))).toBe(false);
  });
});

describe('What is said of an error', () => {
  it('of Postgres is its code: neither statement nor values', () => {
    const said = loggedError(databaseError('22009'));
    expect(said).toMatchObject({ type: 'Error', message: 'database error', code: '22009' });
    expect(JSON.stringify(said)).not.toMatch(/canary|learners/);
    expect(said.stack).toContain('at ');
  });

  it('of another kind is its message', () => {
    expect(loggedError(new TypeError('x is not a function'))).toMatchObject({
      type: 'TypeError',
      message: 'x is not a function',
    });
    expect(ERROR_SERIALIZERS.err('not an error')).toMatchObject({ message: 'not an error' });
  });
});

describe('What Temporal keeps of an activity that failed', () => {
  const run = (error: Error): Promise<unknown> =>
    withSafeFailures({
      activity: async (): Promise<unknown> => {
        throw error;
      },
    }).activity();

  it('at the database is the code, and it is tried again', async () => {
    const failure = await run(databaseError('40001')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: 'database error 40001', type: 'database-error', nonRetryable: false });
    expect(JSON.stringify(failure)).not.toContain('canary');
    expect((failure as Error).cause).toBeUndefined();
  });

  it('elsewhere is as it was', async () => {
    const error = new Error('as it was');
    await expect(run(error)).rejects.toBe(error);
  });

  it('and what succeeds passes', async () => {
    const { double } = withSafeFailures({ double: async (n: number): Promise<number> => 2 * n });
    expect(await double(4)).toBe(8);
  });
});
