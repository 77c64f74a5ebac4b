import { PagePrefetcher } from '../../../activities/exports/page-prefetcher';
import { cursorAfter, type SelectionPageRequest, type SelectedEnrollment } from '../../../db/exports/selection';
import { aChannel, enrolled } from '../../support/export-builders';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let request: SelectionPageRequest;

beforeAll(async () => {
  database = await cloneDatabase();
  const { customerId, id: configurationId } = await aChannel(database.db);
  await enrolled(database.db, customerId, 6);
  request = { customerId, configurationId, level: 'completion', filter: {}, after: null, limit: 2 };
});
afterAll(() => database.drop());

const idsOf = (page: readonly SelectedEnrollment[]): string[] => page.map(({ facts }) => facts.enrollment.id);

describe('A page read ahead', () => {
  it('is the page that follows, once, and no other run gets it', async () => {
    const pages = new PagePrefetcher(database.db);
    const first = await pages.take('1', request);
    const next = { ...request, after: cursorAfter(first) };
    pages.prefetch('1', next);
    expect(idsOf(await pages.take('2', request))).toEqual(['1', '2']);
    const second = await pages.take('1', next);
    expect(idsOf(second)).toEqual(['3', '4']);
    expect(await pages.take('1', next)).not.toBe(second);
  });

  it('is left alone where the run goes on elsewhere', async () => {
    const pages = new PagePrefetcher(database.db);
    pages.prefetch('1', { ...request, after: cursorAfter(await pages.take('1', request)) });
    expect(idsOf(await pages.take('1', request))).toEqual(['1', '2']);
  });

  it('is read again where reading it ahead failed', async () => {
    let failing = true;
    const raw = (...given: Parameters<typeof database.db.raw>): unknown =>
      failing ? Promise.reject(new Error('no connection')) : database.db.raw(...given);
    const pages = new PagePrefetcher(
      new Proxy(database.db, { get: (db, name) => (name === 'raw' ? raw : db[name as 'raw']) }),
    );
    pages.prefetch('1', request);
    failing = false;
    expect(idsOf(await pages.take('1', request))).toEqual(['1', '2']);
  });
});
