import { importEnrollmentRows, importLearnerRows } from '../../../db/exports/import-rows';
import { type OutcomeRecord, writeRecords } from '../../../db/exports/records';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { aChannel, aLearner, anEnrollment, aRun, RUN_ID } from '../../support/export-builders';

const READER: TokenCaller = { sub: 'reader', scope: 'exports:read' };
const STRANGER: TokenCaller = { ...READER, customers: ['another'] };
const MANY = 2_500;

let api: ApiFixture;
let recordsPath: string;

beforeAll(async () => {
  api = await ApiFixture.start();
  const { db } = api.database;
  const channel = await aChannel(db);
  const { customerId } = channel;
  await importLearnerRows(db, customerId, [aLearner('u1'), aLearner('u2')]);
  await importEnrollmentRows(db, customerId, [anEnrollment(1, 'u1'), anEnrollment(2, 'u2')]);
  const run = await aRun(db, channel);
  recordsPath = `/v1/exports/${run.id}/records`;
  const records = Array.from({ length: MANY }, (_, at) => recordOf(at + 1));
  await writeRecords(db, run.id, records);
});
afterAll(() => api.stop());

/** The first says something of itself, the second has a name that a spreadsheet would run, the third failed. */
function recordOf(sequence: number): OutcomeRecord {
  const plain = { sequence, enrollmentId: String(sequence), courseRunId: RUN_ID };
  if (sequence === 1) return { ...plain, userId: 'u1', outcome: { kind: 'sent' }, detail: { told: [{ status: 200 }] } };
  if (sequence === 2) return { ...plain, userId: '=1+1,"x"', outcome: { kind: 'unchanged' }, detail: null };
  if (sequence === 3) {
    return { ...plain, userId: '@u', outcome: { kind: 'failed', reason: 'timeout', retryable: true }, detail: null };
  }
  return { ...plain, userId: `u${sequence}`, outcome: { kind: 'skipped', reason: 'no-consent' }, detail: null };
}

async function stream(
  accept: string,
  query = '',
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const headers = { authorization: `Bearer ${await api.token(READER)}`, accept };
  const response = await api.app.inject({ method: 'GET', url: recordsPath + query, headers });
  return { status: response.statusCode, headers: response.headers, text: response.body };
}

describe('The records of an export', () => {
  it('are listed in order, page by page', async () => {
    const first = await api.call(READER, 'GET', `${recordsPath}?limit=2`);
    const second = await api.call(READER, 'GET', `${recordsPath}?limit=2&cursor=${String(first.body['nextCursor'])}`);
    const items = [first, second].flatMap(({ body }) => body['items'] as { sequence: number }[]);
    expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(items[0]).toEqual({
      sequence: 1,
      enrollmentId: '1',
      learnerId: 'u1',
      courseRunId: RUN_ID,
      outcome: 'sent',
      reason: null,
      retryable: null,
      detail: { told: [{ status: 200 }] },
    });
    expect(items[2]).toMatchObject({ outcome: 'failed', reason: 'timeout', retryable: true, detail: null });
  });

  it('are narrowed to an outcome or a learner', async () => {
    const failed = await api.call(READER, 'GET', `${recordsPath}?outcome=failed`);
    expect(failed.body).toMatchObject({ items: [{ sequence: 3 }], nextCursor: null });
    const ofOne = await api.call(READER, 'GET', `${recordsPath}?learnerId=u1`);
    expect(ofOne.body).toMatchObject({ items: [{ sequence: 1 }], nextCursor: null });
    const lines = await stream('application/x-ndjson', '?outcome=unchanged');
    expect(
      lines.text
        .trim()
        .split('\n')
        .map((text) => (JSON.parse(text) as { sequence: number }).sequence),
    ).toEqual([2]);
  });

  it('stream as NDJSON, all of them, each as the list has it', async () => {
    const { status, headers, text } = await stream('application/x-ndjson');
    expect([status, headers['content-type'], headers['vary']]).toEqual([200, 'application/x-ndjson', 'accept']);
    const rows = text
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as { sequence: number });
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: MANY }, (_, at) => at + 1));
    const { body } = await api.call(READER, 'GET', `${recordsPath}?limit=1`);
    expect(rows[0]).toEqual((body['items'] as unknown[])[0]);
  });

  it('stream as CSV that no spreadsheet runs', async () => {
    const { status, headers, text } = await stream('text/csv;q=0.9, application/json;q=0.1');
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="export-\d+\.csv"$/);
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(MANY + 2);
    expect(lines.slice(0, 4)).toEqual([
      'sequence,enrollmentId,learnerId,courseRunId,outcome,reason,retryable,detail',
      `1,1,u1,${RUN_ID},sent,,,"{""told"":[{""status"":200}]}"`,
      `2,2,"'=1+1,""x""",${RUN_ID},unchanged,,,`,
      `3,3,'@u,${RUN_ID},failed,timeout,true,`,
    ]);
  });

  it.each([
    ['a type nobody has', 'image/png', '', 406, 'not-acceptable'],
    ['a stream page by page', 'text/csv', '?limit=5', 400, 'bad-request'],
    ['an unknown outcome', 'application/json', '?outcome=lost', 400, 'bad-request'],
    ['a cursor that is none', 'application/json', '?cursor=x', 400, 'bad-request'],
  ])('are refused to who wants %s', async (_what, accept, query, status, code) => {
    const answer = await stream(accept, query);
    expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('do not exist for other customers, and not without the scope', async () => {
    expect(await api.call(STRANGER, 'GET', recordsPath)).toMatchObject({
      status: 404,
      body: { code: 'export-not-found' },
    });
    expect(await api.call({ scope: 'exams:read' }, 'GET', recordsPath)).toMatchObject({ status: 403 });
  });
});
