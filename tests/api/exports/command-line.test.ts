import type { AddressInfo } from 'node:net';
import { ApiError } from '../../../contracts/api-error';
import { learnerExportWorkflowId } from '../../../contracts/exports/messages';
import { createRun, type RunProgress, updateRun } from '../../../db/exports/runs';
import { waitUntil } from '../../../dev/wait-until';
import { ApiFixture } from '../../support/api-fixture';
import { CommandLine } from '../../support/command-line';
import { aChannel } from '../../support/export-builders';

jest.setTimeout(60_000);

const START = new Date('2026-01-15T12:00:00Z');

let api: ApiFixture;
let customerId: string;
let url: string;
let token: string;
let becomes: RunProgress;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  token = await api.token({ sub: 'exporter', scope: 'exports:read exports:write' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  const channel = await aChannel(api.database.db);
  customerId = channel.customerId;
  api.gateway.exports.answer = async ({ target, command: exportCommand }) => {
    const { run } = await createRun(api.database.db, {
      customerId,
      configurationId: channel.id,
      level: target.level,
      trigger: exportCommand.trigger,
      dryRun: target.dryRun,
      asOf: new Date(exportCommand.asOf ?? START),
      skipTransmitted: exportCommand.skipTransmitted,
      request: {},
      now: START,
      singleEnrollmentId: target.enrollmentId,
      workflowId: learnerExportWorkflowId(target),
      commandId: exportCommand.commandId,
      requestedBy: exportCommand.requestedBy,
    });
    await updateRun(api.database.db, run.id, becomes, new Date());
    return { exportId: run.id, queued: false };
  };
});

const totals = {
  selected: 4,
  sent: 2,
  unchanged: 0,
  skipped: { 'no-consent': 1 },
  failed: 1,
  quarantined: 0,
  reasons: { timeout: 1 },
};
const ERRORS: RunProgress = {
  status: 'completed-with-errors',
  selected: 4,
  totals,
  startedAt: START,
  finishedAt: START,
};

function exporting(...args: string[]): CommandLine {
  return CommandLine.start('export', ...args);
}

function begun(...args: string[]): CommandLine {
  return exporting('--customer', customerId, '--channel', 'sap', '--url', url, '--token', token, ...args);
}

test('All well is 0, with a table of what came of everybody.', async () => {
  const done = { selected: 2, sent: 2, unchanged: 0, skipped: {}, failed: 0, quarantined: 0, reasons: {} };
  becomes = { status: 'completed', selected: 2, totals: done, finishedAt: START };
  const cli = begun('--dry-run', '--as-of', '2026-01-01T00:00:00Z');
  expect(await cli.code()).toBe(0);
  expect(cli.out).toMatch(/sent\s+│\s+│ 2/);
  expect(cli.out).toMatch(/Export \d+: completed · dry run/);
  expect(api.gateway.exports.starts.at(-1)).toMatchObject({
    target: { dryRun: true, level: 'completion' },
    command: { asOf: '2026-01-01T00:00:00.000Z' },
  });
});

test('Errors are 1, listed by reason, or as JSON.', async () => {
  becomes = ERRORS;
  const cli = begun();
  expect(await cli.code()).toBe(1);
  expect(cli.out).toMatch(/skipped\s+│ no-consent\s+│ 1/);
  expect(cli.out).toMatch(/because: timeout/);
  const json = begun('--json');
  expect(await json.code()).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ status: 'completed-with-errors', totals: { selected: 4, failed: 1 } });
});

test.each([
  ['nothing', []],
  ['half of a pair', ['--customer', 'a', '--channel', 'b', '--learner', 'u']],
  ['an unknown option', ['--everybody']],
  ['two wishes', ['--follow', '1', '--cancel', '2']],
])('Misuse (%s) is 2, and says where the help is.', async (_what, args) => {
  const cli = exporting(...args);
  expect(await cli.code()).toBe(2);
  expect(cli.err).toContain('See: invigil export --help');
  expect(cli.err.trim().split('\n').length).toBeLessThanOrEqual(2);
});

test('A refusal is 1 and names the export that goes on.', async () => {
  api.gateway.exports.answer = () => {
    throw new ApiError('export-already-running', 'Export 7 goes on.', { exportId: '7' });
  };
  const cli = begun();
  expect(await cli.code()).toBe(1);
  expect(cli.err).toContain('(export-already-running)\n  follow it:  invigil export --follow 7');
});

test('Ctrl-C ends the watching, not the export, and says how to follow or cancel it.', async () => {
  becomes = { status: 'running', selected: 4, startedAt: START };
  const cli = begun();
  await waitUntil(() => cli.err.includes('Export'), { what: 'the first line', timeoutMs: 20_000 });
  cli.child.kill('SIGINT');
  expect(await cli.code()).toBe(130);
  const exportId = /Export (\d+) goes on/.exec(cli.err)?.[1] ?? 'none';
  expect(cli.err).toContain(`--cancel ${exportId}`);
  expect(api.gateway.exports.steered.filter((one) => one.startsWith('cancel'))).toEqual([]);
  const cancelling = exporting('--cancel', exportId, '--url', url, '--token', token);
  expect(await cancelling.code()).toBe(0);
  expect(api.gateway.exports.steered.at(-1)).toMatch(/^cancel learner-export:/);
  await updateRun(api.database.db, exportId, { status: 'cancelled', finishedAt: START }, new Date());
  const follower = exporting('--follow', exportId, '--url', url, '--token', token);
  expect(await follower.code()).toBe(1);
  expect(follower.out).toContain(`Export ${exportId}: cancelled`);
});
