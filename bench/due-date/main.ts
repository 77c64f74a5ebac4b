import type { Knex } from 'knex';
import { signDevToken } from '../../config/dev-key';
import { connectDatabase } from '../../db/core/connect';
import { ApiClient } from '../../dev/api-client';
import { Progress } from '../../dev/progress';
import { type Stack, startStack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
import { BenchClient } from '../attempts/client';
import { runFromCommandLine } from '../command-line';
import { percentile } from '../measure/statistics';
import { DueCourse, DUE_DATE_PROVIDER } from './course';
import { type DueDateOptions, HELP, readOptions } from './options';
import { countOver, countPending, type DueDateOutcome, outcomeOf } from './outcome';

const SCOPES = 'exams:write learners:write attempts:read attempts:write';
/** Time to arm every timer before the due date: something, and something for each attempt. */
const LEAD_MS = { least: 5_000, perAttempt: 25 };
const PATIENCE_MS = 300_000;
/** Credit and instructor service are called; the mail of a proctored exam is not the matter here. */
const ENVIRONMENT = { SMTP_URL: '', GRADES_URL: '', CERTIFICATES_URL: '', COURSES_URL: '', LOG_LEVEL: 'warn' };

const progress = new Progress(process.stderr.isTTY === true, (line) => console.error(line));

async function main(options: DueDateOptions): Promise<number> {
  const log = (line: string): void => progress.line(line);
  const stack = await startStack({
    ignoreExternal: true,
    testClock: true,
    providers: [DUE_DATE_PROVIDER],
    env: ENVIRONMENT,
    log,
  });
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  try {
    return report(options, await measure(stack, knex, options));
  } finally {
    await knex.destroy();
    await stack.stop();
  }
}

async function measure(stack: Stack, knex: Knex, { attempts }: DueDateOptions): Promise<DueDateOutcome> {
  const token = await signDevToken(stack.devKeyFile, { sub: 'bench', scope: SCOPES, expiresIn: '8h' });
  const client = new BenchClient(token);
  const course = new DueCourse(client, new ApiClient(stack.urls.api, token));
  const userIds = Array.from({ length: attempts }, (_, one) => `due-${one}`);
  try {
    await course.prepare(userIds);
    await progress.phase('attempts started', attempts, (advance) => course.startAll(userIds, advance));
    const wallMs = Date.now() + LEAD_MS.least + LEAD_MS.perAttempt * attempts;
    await course.letItCome(wallMs);
    progress.line(`all are told of the clock; due in ${((wallMs - Date.now()) / 1000).toFixed(1)} s`);
    await progress.phase('attempts over', attempts, (advance) => untilOver(knex, course.examId, attempts, advance));
    return await outcomeOf(knex, course.examId, { date: course.dueDate, wallMs });
  } finally {
    await client.close();
  }
}

async function untilOver(knex: Knex, examId: number, attempts: number, advance: (done: number) => void): Promise<void> {
  const isOver = async (): Promise<boolean> => {
    const over = await countOver(knex, examId);
    advance(over);
    return over === attempts && (await countPending(knex, examId)) === 0;
  };
  const waiting = waitUntil(isOver, { what: 'all attempts', timeoutMs: PATIENCE_MS, intervalMs: 500 });
  await waiting.catch((error: Error) => progress.line(error.message));
}

function report({ attempts }: DueDateOptions, { latenessMs, failed }: DueDateOutcome): number {
  const missing = attempts - latenessMs.length - failed;
  const at = (share: number): number | null => (latenessMs.length === 0 ? null : percentile(latenessMs, share));
  const figures = { attempts, p50Ms: at(0.5), p99Ms: at(0.99), failed: failed + missing };
  console.log(`${latenessMs.length} of ${attempts} attempts ended at the due date, ${figures.failed} failed.`);
  console.log(`Milliseconds after the due date: median ${figures.p50Ms}, p99 ${figures.p99Ms}, last ${at(1)}.`);
  console.log(JSON.stringify({ bench: 'due-date', ...figures }));
  return figures.failed === 0 ? 0 : 1;
}

runFromCommandLine({ help: HELP, readOptions, main });
