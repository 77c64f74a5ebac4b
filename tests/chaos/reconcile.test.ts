import { execFile } from 'node:child_process';
import { Client } from 'pg';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { ROOT } from '../../dev/stack-children';
import { waitUntil } from '../../dev/wait-until';
import { expectAgreement } from './agreement';
import { ChaosStack, changeTo, type ChaosCourse } from './chaos-stack';

jest.setTimeout(300_000);

interface Run {
  code: number;
  /** Kind of disagreement by workflow. */
  found: Record<string, string>;
  summary: string;
}

describe('a database or Temporal restored from an older copy', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open({ RECONCILE_INTERVAL_MS: '0' });
  });

  afterAll(() => chaos.close());

  /** Exchanges databases while nobody is connected. */
  async function behindTheScenes(...statements: string[]): Promise<void> {
    await Promise.all([chaos.worker.stop(), chaos.stack.api?.stop()]);
    const admin = new Client({ connectionString: chaos.stack.postgres?.adminUrl });
    await admin.connect();
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`);
    for (const statement of statements) await admin.query(statement);
    await admin.end();
    await Promise.all([chaos.worker.start(), chaos.stack.api?.start()]);
  }

  /** Resolves when the workflows have confirmed these rows: unconfirmed ones are repaired by the relay itself. */
  async function confirmed(...attempts: FullAttemptAnswer[]): Promise<void> {
    const codes = attempts.map(({ attemptCode }) => attemptCode);
    const behind = () => chaos.knex('attempts').whereIn('code', codes).whereRaw('confirmed_version < version');
    await waitUntil(async () => (await behind()).length === 0, { what: 'confirmation', timeoutMs: 30_000 });
  }

  function reconcile(...options: string[]): Promise<Run> {
    const args = ['--import', 'tsx', 'cli/main.ts', 'reconcile', '--settle-ms', '1500', ...options];
    return new Promise((done) => {
      execFile(process.execPath, args, { cwd: ROOT, env: chaos.stack.env }, (error, stdout) => {
        const lines = stdout.trim().split('\n');
        const found = lines.flatMap((line) => {
          const [, kind, workflowId] = line.split('\t');
          return kind !== undefined && workflowId !== undefined ? [[workflowId, kind]] : [];
        });
        const code = typeof error?.code === 'number' ? error.code : 0;
        done({ code, found: Object.fromEntries(found) as Run['found'], summary: lines.at(-1) ?? '' });
      });
    });
  }

  async function expectMended(course: ChaosCourse, expected: Record<string, string>): Promise<void> {
    const listed = await reconcile('--dry-run');
    expect(listed).toMatchObject({ code: 1, found: expected });
    expect(Object.keys(listed.found)).toHaveLength(Object.keys(expected).length);
    expect(await reconcile()).toMatchObject({ code: 0, found: expected });
    expect(await reconcile()).toMatchObject({ code: 0, found: {} });
    await expectAgreement(course);
  }

  test('is listed attempt by attempt and mended as the rows say, in either direction; again there is nothing to do.', async () => {
    const database = new URL(chaos.stack.env['DATABASE_URL'] ?? '').pathname.slice(1);
    const course = await chaos.course();
    const [running, reviewed, removed, untouched] = [
      await course.attempt('started'),
      await course.attempt('submitted'),
      await course.attempt(),
      await course.attempt('started'),
    ];
    await confirmed(running, reviewed, untouched);
    await behindTheScenes(`create database older template ${database}`);
    await chaos.api.done(changeTo(running, 'submitted'));
    await chaos.api.done(changeTo(reviewed, 'verified'));
    await chaos.api.done({ method: 'DELETE', path: `/attempts/${removed.attemptCode}` });
    const later: FullAttemptAnswer = await course.attempt('started');
    await confirmed(running, later);
    await expectAgreement(course);

    await behindTheScenes(`alter database ${database} rename to newer`, `alter database older rename to ${database}`);
    const back = await reconcile('--dry-run');
    expect(back.found[untouched.workflowId]).toBeUndefined();
    await expectMended(course, {
      [running.workflowId]: 'workflow-ahead',
      [reviewed.workflowId]: 'missing-workflow',
      [removed.workflowId]: 'missing-workflow',
      [later.workflowId]: 'workflow-without-row',
    });
    expect((await course.live()).map(({ status }) => status).sort()).toEqual([
      'created',
      'started',
      'started',
      'submitted',
    ]);

    await behindTheScenes(`alter database ${database} rename to older`, `alter database newer rename to ${database}`);
    await expectMended(course, {
      [running.workflowId]: 'workflow-behind',
      [reviewed.workflowId]: 'workflow-behind',
      [removed.workflowId]: 'workflow-of-removed-attempt',
      [later.workflowId]: 'missing-workflow',
    });
    expect((await course.live()).map(({ status }) => status).sort()).toEqual([
      'started',
      'started',
      'submitted',
      'verified',
    ]);
  });
});
