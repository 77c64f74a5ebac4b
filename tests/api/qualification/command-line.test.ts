import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiFixture } from '../../support/api-fixture';
import { CommandLine } from '../../support/command-line';
import { ANNE, DEPARTMENT_ADMIN, SemesterFixture, STRANGER } from '../../support/semester';

jest.setTimeout(120_000);

let api: ApiFixture;
let semester: SemesterFixture;
let url: string;
let folder: string;
let period = 0;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  semester = new SemesterFixture(api);
  await semester.putTree();
  folder = mkdtempSync(join(tmpdir(), 'invigil-office-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.stop();
});

interface CommandOutcome {
  code: number | null;
  out: string;
  err: string;
}

/** `invigil qualification …` as Anne, unless somebody else is named. */
async function office(args: string[], caller = ANNE): Promise<CommandOutcome> {
  const env = { INVIGIL_TOKEN: await api.token(caller), INVIGIL_URL: url };
  const command = CommandLine.startWith(env, 'qualification', ...args);
  const code = await command.code();
  return { code, out: command.out, err: command.err };
}

/** Another period of Anne's with three students: ada passes both assignments, bo and cy don't. */
async function periodOfAnne(): Promise<string> {
  period += 1;
  const periodId = `office-${period}`;
  await semester.putPeriod(periodId, 'maths');
  await semester.list(`periods/${periodId}`, 'anne');
  await semester.importSmall(periodId);
  return periodId;
}

async function previewed(periodId: string): Promise<string> {
  const { out } = await office(['preview', periodId, '--plugin', 'approved.all', '--json']);
  return (JSON.parse(out) as { draft: { draftId: string } }).draft.draftId;
}

it('lists rules in a table, with a period also how its form would begin', async () => {
  const all = await office(['plugins']);
  expect(all).toMatchObject({ code: 0, err: '' });
  expect(all.out).toMatch(/approved\.all .*1/);
  const periodId = await periodOfAnne();
  const ofPeriod = await office(['plugins', periodId]);
  expect(ofPeriod.out).toMatch(/assignments: \["a1","a2"\]/);
  const { items } = JSON.parse((await office(['plugins', periodId, '--json'])).out) as { items: { id: string }[] };
  expect(items.map(({ id }) => id)).toContain('points');
});

it('previews, saves, shows the history, marks as exported, and retracts', async () => {
  const periodId = await periodOfAnne();
  const preview = await office(['preview', periodId, '--plugin', 'approved.all', '--students', '2']);
  expect(preview).toMatchObject({ code: 0, err: '' });
  expect(preview.out).toMatch(/ada .*Ada Berg .*yes/);
  expect(preview.out).toContain('… and 1 more students');
  expect(preview.out).toContain('1 of 3 students qualify');
  const [, draftId = ''] = new RegExp(`qualification save ${periodId} (\\S+)`).exec(preview.out) ?? [];

  const saved = await office([
    'save',
    periodId,
    draftId,
    '--status',
    'almostready',
    '--undecided',
    'bo',
    '--reason',
    'term',
  ]);
  expect(saved).toMatchObject({ code: 0, err: '' });
  expect(saved.out).toContain(`Status 1 of ${periodId}`);
  expect(saved.out).toContain('1 qualify, 1 do not, 1 undecided, by approved.all');

  const exported = await office(['exported', periodId, '1', '--system', 'register'], DEPARTMENT_ADMIN);
  expect(exported).toMatchObject({ code: 0, out: `Status 1 of ${periodId}: marked as exported (1 in all)\n` });

  const retracted = await office(['retract', periodId, '--message', 'graded anew']);
  expect(retracted.out).toContain(`Status 2 of ${periodId}`);
  const history = await office(['history', periodId]);
  expect(history.code).toBe(0);
  expect(history.out).toMatch(/2\* .*notready .*graded anew/);
  expect(history.out).toMatch(/1 .*almostready .*approved\.all/);
  const statuses = JSON.parse((await office(['history', periodId, '--json', '--limit', '1'])).out) as { seq: number }[];
  expect(statuses.map(({ seq }) => seq)).toEqual([2]);
});

it('decides by hand from a file, and refuses students nobody knows with each of their places', async () => {
  const periodId = await periodOfAnne();
  const file = join(folder, 'choice.json');
  writeFileSync(file, JSON.stringify({ students: ['cy'] }));
  const chosen = await office(['preview', periodId, '--by-hand', '--settings', `@${file}`]);
  expect(chosen.out).toContain('1 of 3 students qualify');
  const wrong = await office(['preview', periodId, '--by-hand', '--settings', '{"students":["eve","zoe"]}']);
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.err).toContain('/settings/students/0');
  expect(wrong.err).toContain('/settings/students/1');
});

it('shows who differs when results came in after the preview, and saves nothing', async () => {
  const periodId = await periodOfAnne();
  const draftId = await previewed(periodId);
  const late = { feedbackId: '99', points: 90, grade: 'A', isPassing: true, savedAt: new Date().toISOString() };
  await semester.import(periodId, [{ kind: 'feedback', groupId: 12, deadline: 0, ...late }]);
  const refused = await office(['save', periodId, draftId]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('qualification-differs');
  expect(refused.err).toMatch(/bo .*answer .*no .*yes/);
  expect((await office(['history', periodId])).out).toBe('Nothing was saved yet.\n');
});

it('saves once under one key, and says what is wrong with a second save', async () => {
  const periodId = await periodOfAnne();
  const draftId = await previewed(periodId);
  const once = ['save', periodId, draftId, '--key', 'once', '--json'];
  const [first, again] = [await office(once), await office(once)];
  expect(first.code).toBe(0);
  expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
  const other = await office(['save', periodId, draftId]);
  expect(other).toMatchObject({ code: 1, out: '' });
  expect(other.err).toContain('draft-already-saved');
});

it('writes CSV to standard output or a file, defused, and none where nothing is saved', async () => {
  const periodId = await periodOfAnne();
  expect(await office(['csv', periodId])).toMatchObject({ code: 1, err: `Nothing was saved of ${periodId} yet.\n` });
  await semester.saveReady(periodId);
  const printed = await office(['csv', periodId]);
  expect(printed.code).toBe(0);
  expect(printed.out.split('\r\n')[0]).toBe('userId,username,fullName,qualifies,reason,a1,a2');
  const file = join(folder, 'list.csv');
  const written = await office(['csv', periodId, '1', '--out', file]);
  expect(written).toMatchObject({ code: 0, out: '' });
  expect(readFileSync(file, 'utf8')).toBe(printed.out);
  expect((await office(['csv', periodId, '7'])).err).toContain('status-not-found');
  const nowhere = await office(['csv', periodId, '--out', join(folder, 'no', 'folder.csv')]);
  expect(nowhere).toMatchObject({ code: 1, out: '' });
  expect(nowhere.err).toContain('could not be written');
});

it('is refused in one line for those who do not administer the period, and for a period nobody knows', async () => {
  const periodId = await periodOfAnne();
  const stranger = await office(['history', periodId], STRANGER);
  expect(stranger).toMatchObject({ code: 1, out: '' });
  expect(stranger.err).toContain('not-period-administrator');
  expect(stranger.err.trim().split('\n')).toHaveLength(1);
  expect((await office(['preview', 'nowhere', '--plugin', 'approved.all'])).err).toContain('period-not-found');
});
