import { defineStatement, runStatement, runBatch } from '../../../../db/core/batch';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

const PLUS = defineStatement('test_plus', 'select cast(:one as int) + cast(:other as int) as sum');

describe('batches', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(1);
  });
  afterAll(() => database.drop());

  const plans = async (name: string): Promise<unknown> => {
    const { rows } = await database.db.raw<{ rows: { custom: string; generic: string }[] }>(
      'select custom_plans as custom, generic_plans as generic from pg_prepared_statements where name = ?',
      [name],
    );
    return rows.map(({ custom, generic }) => ({ custom: Number(custom), generic: Number(generic) }));
  };

  it('give the rows of each statement, in order', async () => {
    const stops = [1, 2].map((one) => ({ statement: PLUS, values: { one, other: 40 } }));
    expect(await database.db.transaction((trx) => runBatch(trx, stops))).toEqual([[{ sum: 41 }], [{ sum: 42 }]]);
    expect(await runStatement(database.db, { statement: PLUS, values: { one: 3, other: 40 } })).toEqual([{ sum: 43 }]);
  });

  it('plan a statement once for all values, in a transaction and outside of one', async () => {
    const statement = defineStatement('test_course', 'select name from courses where course_id = :courseId');
    const query = { statement, values: { courseId: 'none' } };
    for (let time = 0; time < 3; time += 1) {
      await runStatement(database.db, query);
      await database.db.transaction((trx) => runBatch(trx, [query], { commit: true }));
    }
    expect(await plans('batch_test_course')).toEqual([{ custom: 0, generic: 6 }]);
  });

  it('leave it to Postgres how others are planned', async () => {
    await runStatement(database.db, { statement: PLUS, values: { one: 1, other: 1 } });
    await database.db.transaction((trx) => runBatch(trx, [{ statement: PLUS, values: { one: 1, other: 1 } }]));
    const { rows } = await database.db.raw<{ rows: unknown[] }>('show plan_cache_mode');
    expect(rows).toEqual([{ plan_cache_mode: 'auto' }]);
  });
});
