import { checkReadiness, NotReadyError } from '../../../config/readiness';

const fine = async (): Promise<void> => undefined;

describe('readiness', () => {
  it('is given when every check passes', async () => {
    expect(await checkReadiness({ database: fine, temporal: fine })).toEqual({
      status: 'ok',
      checks: { database: 'ok', temporal: 'ok' },
      problems: {},
    });
  });

  it('is refused with the reason of each check that fails, the others named as well', async () => {
    const standby = async (): Promise<void> => Promise.reject(new NotReadyError('The database is read only.'));
    expect(await checkReadiness({ database: standby, temporal: fine })).toEqual({
      status: 'down',
      checks: { database: 'down', temporal: 'ok' },
      problems: { database: 'The database is read only.' },
    });
  });

  it('names of other errors the code only: their texts may hold hosts and users', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
    const checks = {
      coded: async () => Promise.reject(refused),
      plain: async () => Promise.reject(new TypeError('user invigil')),
      early: (): Promise<void> => {
        throw new RangeError('not even a promise');
      },
    };
    expect((await checkReadiness(checks)).problems).toEqual({
      coded: 'failed: ECONNREFUSED',
      plain: 'failed: TypeError',
      early: 'failed: RangeError',
    });
  });

  it('does not wait for a check that hangs', async () => {
    const never = (): Promise<void> => new Promise(() => undefined);
    expect(await checkReadiness({ never, fine }, { patienceMs: 20 })).toMatchObject({
      checks: { never: 'down', fine: 'ok' },
      problems: { never: 'no answer within 20 ms' },
    });
  });

  it('warns of what somebody has to see to without being down for it, or for a warning that cannot be had', async () => {
    const fine = async (): Promise<void> => undefined;
    const warned = await checkReadiness({ database: fine }, { warnings: async () => ['look at x'] });
    expect(warned).toEqual({ status: 'ok', checks: { database: 'ok' }, problems: {}, warnings: ['look at x'] });
    const quiet = await checkReadiness({ database: fine }, { warnings: async () => [] });
    expect(quiet).toEqual({ status: 'ok', checks: { database: 'ok' }, problems: {} });
    const failed = await checkReadiness({ database: fine }, { warnings: () => Promise.reject(new Error('down')) });
    expect(failed).toEqual(quiet);
  });
});
