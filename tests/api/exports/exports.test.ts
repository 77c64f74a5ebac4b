import { ApiError } from '../../../contracts/api-error';
import type { ExportCommand, ExportTarget } from '../../../contracts/exports/messages';
import { learnerExportWorkflowId } from '../../../contracts/exports/messages';
import { importEnrollmentRows, importLearnerRows } from '../../../db/exports/import-rows';
import { createRun, findRun, updateRun } from '../../../db/exports/runs';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { aChannel, aLearner, anEnrollment, RUN_ID } from '../../support/export-builders';

const EXPORTER: TokenCaller = { sub: 'exporter', scope: 'exports:read exports:write' };
const STRANGER: TokenCaller = { ...EXPORTER, customers: ['another'] };

let api: ApiFixture;
let customerId: string;
let path: string;

beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  const channel = await aChannel(api.database.db);
  customerId = channel.customerId;
  path = `/v1/customers/${customerId}/channels/sap/exports`;
  await importLearnerRows(api.database.db, customerId, [aLearner('u1'), aLearner('u2', { linked: false })]);
  await importEnrollmentRows(api.database.db, customerId, [anEnrollment(1, 'u1'), anEnrollment(2, 'u2')]);
  api.gateway.exports.answer = ({ target, command }) => opened(channel.id, target, command);
});

/** What the workflow's first activity does. */
async function opened(configurationId: string, target: ExportTarget, command: ExportCommand) {
  const { run } = await createRun(api.database.db, {
    customerId,
    configurationId,
    level: target.level,
    trigger: command.trigger,
    dryRun: target.dryRun,
    asOf: new Date(command.asOf ?? '2026-01-15T12:00:00Z'),
    skipTransmitted: command.skipTransmitted,
    singleEnrollmentId: target.enrollmentId,
    request: {},
    workflowId: learnerExportWorkflowId(target),
    commandId: command.commandId,
    requestedBy: command.requestedBy,
    now: new Date('2026-01-15T12:00:00Z'),
  });
  await updateRun(api.database.db, run.id, { selected: 10, notSelected: 1 }, new Date());
  return { exportId: run.id, queued: false };
}

describe('Starting an export', () => {
  it('is answered with the run and where to look at it', async () => {
    const { status, headers, body } = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    expect([status, headers['location']]).toEqual([202, `/v1/exports/${String(body['exportId'])}`]);
    expect(body).toMatchObject({ status: 'queued', percent: 0, notSelected: 1, totals: { selected: 10, pending: 10 } });
    expect(body['workflowId']).toBe(`learner-export:${customerId}:sap:completion`);
    expect(api.gateway.exports.starts.at(-1)?.command).toMatchObject({
      trigger: 'request',
      skipTransmitted: true,
      asOf: null,
    });
    const reread = await api.call(EXPORTER, 'GET', String(headers['location']));
    expect(reread.body).toEqual(body);
  });

  it('of one learner finds the enrollment', async () => {
    const one = { level: 'completion', learnerId: 'u1', courseRunId: RUN_ID, isPassing: true };
    expect(await api.call(EXPORTER, 'POST', path, one)).toMatchObject({ status: 202 });
    expect(api.gateway.exports.starts.at(-1)).toMatchObject({
      target: { enrollmentId: '1' },
      command: { trigger: 'event', learnerId: 'u1', isPassing: true },
    });
  });

  it.each([
    ['a learner without course run', { learnerId: 'u1' }, 400, 'learner-and-course-run-go-together'],
    ['a course run without learner', { courseRunId: RUN_ID }, 400, 'learner-and-course-run-go-together'],
    ['a learner who is not enrolled', { learnerId: 'u1', courseRunId: 'other' }, 404, 'enrollment-not-found'],
    ['a learner who is not linked', { learnerId: 'u2', courseRunId: RUN_ID }, 404, 'enrollment-not-found'],
    ['assessments of a channel that takes none', { level: 'assessment' }, 400, 'level-not-supported'],
    ['an unknown field', { everybody: true }, 400, 'bad-request'],
  ])('of %s is refused, and nothing is started', async (_what, wrong, status, code) => {
    const before = api.gateway.exports.starts.length;
    const answer = await api.call(EXPORTER, 'POST', path, { level: 'completion', ...wrong });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(api.gateway.exports.starts).toHaveLength(before);
  });

  it("of a single learner's assessments knows no other customer's learner, until that learner is imported for it", async () => {
    const { db } = api.database;
    const other = await aChannel(db, { kind: 'CANVAS', channelId: 'canvas', baseUrl: 'https://canvas.example.com' });
    const exportsPath = `/v1/customers/${other.customerId}/channels/canvas/exports`;
    const one = { level: 'assessment', learnerId: 'u1', courseRunId: RUN_ID, dryRun: true };
    const before = api.gateway.exports.starts.length;
    const refused = await api.call(EXPORTER, 'POST', exportsPath, one);
    expect([refused.status, refused.body['code']]).toEqual([404, 'enrollment-not-found']);
    expect(api.gateway.exports.starts).toHaveLength(before);
    await importLearnerRows(db, other.customerId, [aLearner('u1')]);
    await importEnrollmentRows(db, other.customerId, [anEnrollment(1, 'u1')]);
    expect(await api.call(EXPORTER, 'POST', exportsPath, one)).toMatchObject({ status: 202 });
  });

  it('takes an empty grade, as tables of earlier transmissions have them', async () => {
    const one = { level: 'completion', learnerId: 'u1', courseRunId: RUN_ID, grade: '' };
    expect(await api.call(EXPORTER, 'POST', path, one)).toMatchObject({ status: 202 });
    expect(api.gateway.exports.starts.at(-1)?.command).toMatchObject({ grade: '' });
  });

  it('while one goes on is refused and names it', async () => {
    api.gateway.exports.answer = () => {
      throw new ApiError('export-already-running', 'Export 7 goes on.', { exportId: '7' });
    };
    const answer = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'export-already-running', exportId: '7' } });
  });

  it('right after the last one ended waits for its workflow to be gone', async () => {
    const { answer } = api.gateway.exports;
    const { body } = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    const exportId = String(body['exportId']);
    await updateRun(api.database.db, exportId, { status: 'completed', finishedAt: new Date() }, new Date());
    let tries = 0;
    api.gateway.exports.answer = (start) => {
      tries += 1;
      if (tries < 3) throw new ApiError('export-already-running', `Export ${exportId} goes on.`, { exportId });
      return answer(start);
    };
    const next = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    expect([next.status, tries]).toEqual([202, 3]);
    expect(next.body['exportId']).not.toBe(exportId);
  });

  it('of a channel that is switched off is refused, but for a dry run', async () => {
    const { db } = api.database;
    await db('channel_configurations').where({ customer_id: customerId }).update({ disabled: true });
    const off = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    expect([off.status, off.body['code']]).toEqual([409, 'channel-disabled']);
    const dry = await api.call(EXPORTER, 'POST', path, { level: 'completion', dryRun: true });
    expect(dry).toMatchObject({ status: 202, body: { dryRun: true } });
  });

  it('of a customer outside the token is as if there were none', async () => {
    const answer = await api.call(STRANGER, 'POST', path, { level: 'completion' });
    expect([answer.status, answer.body['code']]).toEqual([404, 'customer-not-found']);
  });
});

describe('An export', () => {
  it('can be paused, resumed and cancelled until it has ended', async () => {
    const { body } = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    const exportPath = `/v1/exports/${String(body['exportId'])}`;
    for (const action of ['pause', 'resume', 'cancel']) {
      expect(await api.call(EXPORTER, 'POST', `${exportPath}/${action}`)).toMatchObject({ status: 202 });
      expect(api.gateway.exports.steered.at(-1)).toBe(`${action} ${String(body['workflowId'])}`);
    }
    const end = { status: 'completed', finishedAt: new Date() } as const;
    await updateRun(api.database.db, String(body['exportId']), end, new Date());
    const late = await api.call(EXPORTER, 'POST', `${exportPath}/pause`);
    expect([late.status, late.body['code']]).toEqual([409, 'export-ended']);
    expect(await findRun(api.database.db, String(body['exportId']))).toMatchObject({ status: 'completed' });
  });

  it('is listed for its customer, and not to others', async () => {
    const { body } = await api.call(EXPORTER, 'POST', path, { level: 'completion' });
    const list = await api.call(EXPORTER, 'GET', `/v1/exports?customerId=${customerId}`);
    expect(list.body).toMatchObject({ items: [{ exportId: body['exportId'] }], nextCursor: null });
    expect((await api.call(STRANGER, 'GET', '/v1/exports')).body).toMatchObject({ items: [] });
    expect(await api.call(STRANGER, 'GET', `/v1/exports/${String(body['exportId'])}`)).toMatchObject({ status: 404 });
    expect(await api.call(EXPORTER, 'GET', '/v1/exports/999999')).toMatchObject({ status: 404 });
  });
});

describe('A channel with a schedule', () => {
  it('updates Temporal when it is stored, changed and taken away', async () => {
    const channelPath = `/v1/customers/${customerId}/channels/nightly`;
    const channel = { kind: 'GENERIC', dryRun: true };
    const { schedules } = api.gateway.exports;
    const before = schedules.length;
    expect(await api.call(EXPORTER, 'PUT', channelPath, channel)).toMatchObject({ status: 200 });
    expect(schedules).toHaveLength(before);
    await api.call(EXPORTER, 'PUT', channelPath, { ...channel, schedule: { cron: '0 3 * * *' } });
    expect(schedules.at(-1)).toMatchObject({ channelId: 'nightly', schedule: { cron: '0 3 * * *', timeZone: 'UTC' } });
    await api.call(EXPORTER, 'PUT', channelPath, channel);
    expect(schedules.at(-1)).toMatchObject({ channelId: 'nightly', schedule: null });
    expect(schedules).toHaveLength(before + 2);
  });
});
