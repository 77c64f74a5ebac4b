import type { ExportCursor } from '../../../contracts/exports/messages';
import { upsertLearner } from '../../../db/courses/learners';
import type { StoredChannel } from '../../../db/exports/channels';
import { importAuditRows } from '../../../db/exports/import-audits';
import { importConsentRows, importEnrollmentRows, importLearnerRows } from '../../../db/exports/import-rows';
import {
  countSelection,
  cursorAfter,
  type SelectionPageRequest,
  selectPage,
  type SelectedEnrollment,
} from '../../../db/exports/selection';
import { storeResults } from '../../../db/exports/transmission-results';
import { reserveBatch } from '../../../db/exports/transmissions';
import {
  aChannel,
  aLedgerEntry,
  aLearner,
  anEnrollment,
  aRun,
  enrolled,
  NOW,
  RUN_ID,
} from '../../support/export-builders';
import { cloneDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let channel: StoredChannel;

beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  channel = await aChannel(database.db);
});

const select = (more: Partial<SelectionPageRequest> = {}): Promise<SelectedEnrollment[]> =>
  selectPage(database.db, {
    customerId: channel.customerId,
    configurationId: channel.id,
    level: 'completion',
    filter: {},
    after: null,
    limit: 100,
    ...more,
  });

const ids = (page: SelectedEnrollment[]): string[] => page.map(({ facts }) => facts.enrollment.id);

test('Pages go through all enrollments once, in the order of course run and id, as numbers.', async () => {
  const { customerId } = channel;
  await importLearnerRows(database.db, customerId, [aLearner('u1'), aLearner('u2')]);
  const runs = ['course-v1:b', 'course-v1:a', 'course-v1:B', 'course-v1:ä'];
  const rows = runs.flatMap((courseRunId, at) =>
    [9, 10, 100].map((n) => anEnrollment(n * 10 + at, n === 10 ? 'u2' : 'u1', { courseRunId })),
  );
  await importEnrollmentRows(database.db, customerId, rows);
  const seen: string[] = [];
  let after: ExportCursor | null = null;
  do {
    const page: SelectedEnrollment[] = await select({ after, limit: 5 });
    seen.push(...ids(page));
    after = cursorAfter(page);
  } while (after !== null);
  expect(seen).toEqual(['92', '102', '1002', '91', '101', '1001', '90', '100', '1000', '93', '103', '1003']);
});

test('Who is inactive, unlinked or of another customer is not selected; an enrollment that is not active is.', async () => {
  const { customerId } = channel;
  const other = await aChannel(database.db);
  await enrolled(database.db, other.customerId, 1);
  await importLearnerRows(database.db, customerId, [
    aLearner('u1'),
    aLearner('off', { active: false }),
    aLearner('cut', { linked: false }),
  ]);
  const rows = ['u1', 'off', 'cut'].map((userId, at) => anEnrollment(at + 1, userId, { isActive: false, mode: null }));
  await importEnrollmentRows(database.db, customerId, rows);
  expect(ids(await select())).toEqual(['1']);
  expect(await countSelection(database.db, customerId, {})).toEqual({ selected: 1, notSelected: 2 });
});

test('One learner and one course run are found without reading the others.', async () => {
  const { customerId } = channel;
  await enrolled(database.db, customerId, 3);
  await importEnrollmentRows(database.db, customerId, [anEnrollment(9, 'u2', { courseRunId: 'other' })]);
  expect(ids(await select({ filter: { userId: 'u2', courseRunId: RUN_ID } }))).toEqual(['2']);
  expect(ids(await select({ filter: { userId: 'u2' } }))).toEqual(['2', '9']);
  expect(await countSelection(database.db, customerId, { userId: 'nobody' })).toEqual({ selected: 0, notSelected: 0 });
});

test('Consents for the run and for the key come along, no others and nobody else’s.', async () => {
  const { customerId } = channel;
  await enrolled(database.db, customerId, 2);
  await importConsentRows(database.db, customerId, [
    { userId: 'u1', courseId: RUN_ID, granted: false },
    { userId: 'u1', courseId: 'edX+S01', granted: true },
    { userId: 'u1', courseId: 'edX+S02', granted: true },
  ]);
  const [one, two] = await select();
  expect(new Map(one?.facts.consents.map(({ courseId, granted }) => [courseId, granted]))).toEqual(
    new Map([
      [RUN_ID, false],
      ['edX+S01', true],
    ]),
  );
  expect(two?.facts.consents).toEqual([]);
});

test('Only the last accepted transmission of each target comes along, of this channel and level.', async () => {
  const { customerId, id: configurationId } = channel;
  await enrolled(database.db, customerId, 1);
  const other = await aChannel(database.db, { customerId, channelId: 'canvas', kind: 'CANVAS' });
  const run = await aRun(database.db, channel);
  const storeTransmission = async (grade: string, state: 'sent' | 'failed', more: object = {}): Promise<void> => {
    const entries = [aLedgerEntry(1, { grade, contentHash: grade, ...more })];
    const base = { customerId, configurationId, runId: run.id, resend: false, now: NOW, entries };
    const claimedEntries = await reserveBatch(database.db, { ...base, level: 'completion', ...more });
    const results = claimedEntries.map(({ transmissionId }) => ({
      transmissionId,
      state,
      errorMessage: '',
      statusCode: 200,
      response: null,
    }));
    await storeResults(database.db, results, NOW);
  };
  await storeTransmission('Pass', 'sent');
  await storeTransmission('Fail', 'sent');
  await storeTransmission('Audit', 'failed');
  await storeTransmission('Key', 'sent', { courseId: RUN_ID });
  await storeTransmission('Elsewhere', 'sent', { configurationId: other.id });
  await storeTransmission('0.5', 'sent', { level: 'assessment', subsectionId: 'block-1' });
  const [page] = await select();
  expect(page?.facts.transmissions.map(({ courseId, grade }) => [courseId, grade])).toEqual([
    ['edX+S01', 'Fail'],
    [RUN_ID, 'Key'],
  ]);
  const [assessments] = await select({ level: 'assessment' });
  expect(assessments?.facts.transmissions).toMatchObject([{ subsectionId: 'block-1', grade: '0.5' }]);
});

test('Imported audits count as sent, in the order of their ids, whatever the order of the rows.', async () => {
  const { customerId } = channel;
  await enrolled(database.db, customerId, 1);
  const audit = (auditId: number, grade: string): Parameters<typeof importAuditRows>[2][number] => ({
    auditId,
    grade,
    channelId: 'sap',
    enrollmentId: 1,
    level: 'completion',
    courseId: 'edX+S01',
    subsectionId: null,
    percent: null,
    courseCompleted: true,
    completedAt: null,
    statusCode: 200,
    errorMessage: '',
    isTransmitted: true,
    createdAt: null,
  });
  await importAuditRows(database.db, customerId, [audit(3, 'Fail'), audit(1, 'Pass'), audit(2, 'Pass')], NOW);
  expect((await select())[0]?.facts.transmissions.map(({ grade }) => grade)).toEqual(['Fail']);
});

test('A page of a large selection is read by index: its cost does not grow with what lies before it.', async () => {
  const { customerId } = channel;
  await enrolled(database.db, customerId, 5_000);
  await database.db.raw('analyze enrollments, customer_learners');
  const { rows } = await database.db.raw<{ rows: { 'QUERY PLAN': string }[] }>(
    `explain select e.id from enrollments e join customer_learners l using (customer_id, user_id)
     where e.customer_id = ? and l.active and l.linked and (e.course_run_id, e.id) > (?, 4000)
     order by e.course_run_id, e.id limit 100`,
    [customerId, RUN_ID],
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('enrollments_order_idx');
  expect(plan).not.toContain('Sort');
});

test('A learner without an address has none for channels either.', async () => {
  const { customerId } = channel;
  await upsertLearner(database.db, { userId: 'bare', username: 'bare', email: '', fullName: '', active: true });
  await importLearnerRows(database.db, customerId, [{ ...aLearner('bare'), email: null }]);
  await importEnrollmentRows(database.db, customerId, [anEnrollment(1, 'bare')]);
  const [selected] = await select();
  expect(selected?.facts.link.identity.email).toBeNull();
});
