import { beginRequest, finishRequest, purgeExpired, releaseRequest } from '../../../../db/requests/idempotency';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

describe('a request with a key', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(10);
  });
  afterAll(() => database.drop());
  const sent = { requestId: 'q', reason: null };
  const request = (key: string) => ({ key, principal: 'p', fingerprint: 'f', commandId: key, ...sent, lockMs: 60_000 });

  it('is new for one of fifty that begin at once', async () => {
    const begun = await Promise.all(Array.from({ length: 50 }, () => beginRequest(database.db, request('at-once'))));
    expect(begun.filter(({ state }) => state === 'new')).toHaveLength(1);
    expect(begun.filter(({ state }) => state === 'running')).toHaveLength(49);
  });

  it('gets the same answer again, and another request with its key is a mismatch', async () => {
    await beginRequest(database.db, request('done'));
    const answer = { status: 201, headers: { location: '/v1/x' }, body: { items: [1, '2'] } };
    await finishRequest(database.db, { key: 'done', principal: 'p', ...answer });
    expect(await beginRequest(database.db, request('done'))).toEqual({ state: 'replay', ...answer });
    expect(await beginRequest(database.db, { ...request('done'), fingerprint: 'g' })).toEqual({ state: 'mismatch' });
    expect(await beginRequest(database.db, { ...request('done'), principal: 'q' })).toEqual({ state: 'new' });
  });

  it('keeps an answer without a body', async () => {
    await beginRequest(database.db, request('empty'));
    await finishRequest(database.db, { key: 'empty', principal: 'p', status: 204, headers: {}, body: undefined });
    expect(await beginRequest(database.db, request('empty'))).toMatchObject({
      state: 'replay',
      status: 204,
      body: null,
    });
  });

  it('is new again when its lock ran out or it was released, for the same request only', async () => {
    await beginRequest(database.db, { ...request('stuck'), lockMs: -1 });
    expect(await beginRequest(database.db, { ...request('stuck'), fingerprint: 'g' })).toEqual({ state: 'mismatch' });
    expect(await beginRequest(database.db, request('stuck'))).toEqual({ state: 'new' });
    expect(await beginRequest(database.db, request('stuck'))).toEqual({ state: 'running' });
    await releaseRequest(database.db, request('stuck'));
    expect(await beginRequest(database.db, request('stuck'))).toEqual({ state: 'new' });
  });

  it('is forgotten once it expired', async () => {
    await beginRequest(database.db, { ...request('old'), keepMs: -1 });
    expect(await beginRequest(database.db, { ...request('old'), fingerprint: 'g', keepMs: -1 })).toEqual({
      state: 'new',
    });
    expect(await purgeExpired(database.db)).toBe(1);
  });
});
