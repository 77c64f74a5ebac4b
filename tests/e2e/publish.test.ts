import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signDevToken } from '../../config/dev-key';
import { ApiClient } from '../../dev/api-client';
import { coursePath } from '../../dev/course-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import type { AppliedEntry, LogEntry } from '../../dev/simulator/journal';
import { type Stack, startStack } from '../../dev/stack';
import { ROOT } from '../../dev/stack-children';
import { waitUntil } from '../../dev/wait-until';

jest.setTimeout(120_000);

let stack: Stack;
let api: ApiClient;
let simulator: SimulatorClient;
let token: string;

beforeAll(async () => {
  stack = await startStack({
    env: {
      EFFECT_RETRY_INITIAL_MS: '200',
      EFFECT_RETRY_MAX_MS: '500',
      RELAY_GRACE_MS: '1000',
      QUESTION_TIMEOUT_MS: '2000',
    },
  });
  token = await signDevToken(stack.devKeyFile, { sub: 'author', scope: 'exams:read exams:write' });
  api = new ApiClient(stack.urls.api, token);
  simulator = new SimulatorClient(stack.urls.simulator);
});

afterAll(() => stack.stop());

interface Counts {
  created: number;
  updated: number;
  deactivated: number;
  unchanged: number;
}

interface ExamRow {
  examId: number;
  contentId: string;
  examName: string;
  isActive: boolean;
  isProctored: boolean;
  reviewRules: string | null;
}

function publish(courseId: string, exams: object[], more: object = {}): Promise<Counts> {
  const course = { enableProctoredExams: true, enableTimedExams: true, proctoringProvider: 'rest', ...more };
  return api.put<Counts>(`${coursePath(courseId)}/special-exams`, { ...course, exams });
}

async function examsOf(courseId: string): Promise<ExamRow[]> {
  return (await api.get<{ items: ExamRow[] }>(`${coursePath(courseId)}/exams?limit=200`)).items;
}

/** The exam saves the provider received for a course, oldest first. */
async function savesAtProvider(courseId: string): Promise<(AppliedEntry & { body: Record<string, unknown> })[]> {
  const saves = (await simulator.applied()).filter(({ effect }) => effect === 'provider.exam');
  return saves.filter(({ body }) => (body as Record<string, unknown>)['course_id'] === courseId) as never;
}

const until = (holds: () => Promise<boolean>): Promise<void> =>
  waitUntil(holds, { what: 'the provider to hear of it', timeoutMs: 20_000 });

const isFailed = ({ status }: LogEntry): boolean => status === 503;

const series = (name: string, contents: string[]): object[] =>
  contents.map((contentId) => ({
    contentId,
    examName: `${name} ${contentId}`,
    timeLimitMins: 60,
    isProctored: true,
    reviewRules: `Rules of ${name}`,
  }));

test('A publish creates, changes and switches off, and saves each exam at the provider once with its final state.', async () => {
  const course = 'course-v1:Live+One';
  expect(await publish(course, series('first', ['a', 'b']))).toMatchObject({
    courseId: course,
    created: 2,
    updated: 0,
    deactivated: 0,
    unchanged: 0,
    policies: { created: 2, updated: 0, removed: 0 },
  });
  await until(async () => (await savesAtProvider(course)).length === 2);
  expect(await publish(course, series('second', ['a']))).toMatchObject({ created: 0, updated: 1, deactivated: 1 });
  await until(async () => (await savesAtProvider(course)).length === 4);
  expect(await examsOf(course)).toMatchObject([
    { contentId: 'a', examName: 'second a', isActive: true, isProctored: true, reviewRules: 'Rules of second' },
    { contentId: 'b', examName: 'first b', isActive: false, isProctored: false, reviewRules: 'Rules of first' },
  ]);
  const last = (await savesAtProvider(course)).slice(2).map(({ body }) => body);
  expect(last).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ exam_name: 'second a', is_active: true, rule_summary: 'Rules of second' }),
      expect.objectContaining({ exam_name: 'first b', is_active: false, is_proctored: false }),
    ]),
  );
});

test('Of publishes at the same time each is whole: what is stored and what the provider knows is one of them.', async () => {
  const course = 'course-v1:Live+Two';
  await publish(course, series('before', ['a', 'b', 'c']));
  const names = ['red', 'green', 'blue', 'white'];
  const counts = await Promise.all(names.map((name) => publish(course, series(name, ['b', 'c', name]))));
  expect(counts.reduce((sum, { created }) => sum + created, 0)).toBe(4);
  const exams = await examsOf(course);
  const active = exams.filter(({ isActive }) => isActive);
  const winner = active.find(({ contentId }) => names.includes(contentId))?.contentId ?? 'none';
  expect(active.map(({ examName }) => examName).sort()).toEqual(
    [`${winner} ${winner}`, `${winner} b`, `${winner} c`].sort(),
  );
  expect(active.every(({ reviewRules }) => reviewRules === `Rules of ${winner}`)).toBe(true);
  expect(exams.filter(({ isActive }) => !isActive).every(({ isProctored }) => !isProctored)).toBe(true);
  await until(async () => {
    const newest = new Map((await savesAtProvider(course)).map(({ examId, body }) => [examId, body]));
    return exams.every(({ examId, examName, isActive }) => {
      const body = newest.get(String(examId));
      return body?.['exam_name'] === examName && body['is_active'] === isActive;
    });
  });
});

test('While a provider is down publishes are answered; it gets the newest state when it is back.', async () => {
  const course = 'course-v1:Live+Down';
  await simulator.faults.set('provider:rest', { status: 503 });
  await publish(course, series('one', ['a']));
  await publish(course, series('two', ['a']));
  expect(await savesAtProvider(course)).toEqual([]);
  await simulator.faults.clear('provider:rest');
  await until(async () => (await savesAtProvider(course)).length > 0);
  expect((await savesAtProvider(course)).map(({ body }) => body['exam_name'])).toEqual(['two a']);
});

test('A course the platform does not know is 404 and leaves nothing; without an answer it is 503, and the key goes on.', async () => {
  const course = 'course-v1:Live+Nowhere';
  await simulator.answer('course', { courseId: course, known: false });
  await expect(publish(course, series('x', ['a']))).rejects.toMatchObject({ status: 404, code: 'course-not-found' });
  await expect(examsOf(course)).rejects.toMatchObject({ status: 404 });
  await simulator.faults.set('courses', { status: 503 });
  const other = publish('course-v1:Live+Later', series('x', ['a']));
  await until(async () => (await simulator.log({ service: 'courses' })).filter(isFailed).length > 2);
  await simulator.faults.clear('courses');
  expect(await other).toMatchObject({ created: 1 });
});

test('An unknown provider or content sent twice refuses the whole publish.', async () => {
  const course = 'course-v1:Live+Refused';
  const nowhere = publish(course, series('x', ['a', 'b']), { proctoringProvider: 'nowhere' });
  await expect(nowhere).rejects.toMatchObject({ status: 400, code: 'unknown-provider' });
  await expect(publish(course, series('x', ['a', 'a']))).rejects.toMatchObject({ status: 400, code: 'bad-request' });
  await expect(examsOf(course)).rejects.toMatchObject({ status: 404 });
});

test('The command line publishes a YAML file, and says how it is used.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-publish-'));
  const file = join(folder, 'course.yaml');
  const exam = '{ contentId: a, examName: Final, timeLimitMins: 90, dueDate: 2030-06-30T22:00:00Z, isProctored: true }';
  writeFileSync(
    file,
    `courseId: course-v1:Live+Yaml\nenableProctoredExams: true\nenableTimedExams: true\nexams:\n  - ${exam}\n`,
  );
  const run = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, ['node_modules/.bin/tsx', 'cli/main.ts', 'publish', ...args], { cwd: ROOT });
  const { stdout } = await run(file, '--url', stack.urls.api, '--token', token);
  expect(JSON.parse(stdout)).toMatchObject({ courseId: 'course-v1:Live+Yaml', created: 1 });
  expect(await examsOf('course-v1:Live+Yaml')).toMatchObject([{ dueDate: '2030-06-30T22:00:00.000Z' }]);
  expect((await run('--help')).stdout).toContain('invigil publish course.yaml');
  rmSync(folder, { recursive: true });
});
