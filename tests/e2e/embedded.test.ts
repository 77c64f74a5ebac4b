import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import { type Postgres, startPostgres } from '../../dev/embedded/postgres';
import { listSearchAttributes } from '../../dev/embedded/search-attributes';
import { startTemporal, type Temporal } from '../../dev/embedded/temporal';
import { ROOT } from '../../dev/stack-children';
import { waitUntil } from '../../dev/wait-until';

jest.setTimeout(120_000);

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pidOf(part: Postgres | Temporal): number {
  if (part.pid === undefined) throw new Error('It does not run.');
  return part.pid;
}

describe('the embedded Postgres', () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres({ ignoreDatabaseUrl: true });
  });

  afterAll(async () => {
    await postgres.dispose();
  });

  test('It is a real server of version 18 whose text order does not depend on the machine.', async () => {
    const rows = await sql(postgres.url, "SELECT current_setting('server_version') AS version, 'Z' < 'a' AS ordered");
    expect(rows).toEqual([{ version: expect.stringMatching(/^18\./), ordered: true }]);
  });

  test('A commit survives SIGKILL of the server and all its backends, on the same address.', async () => {
    await sql(postgres.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    const before = pidOf(postgres);
    await postgres.kill();
    expect(isRunning(before)).toBe(false);
    await postgres.start();
    expect(await sql(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('A restart keeps data and address.', async () => {
    const before = pidOf(postgres);
    await postgres.restart('immediate');
    expect(pidOf(postgres)).not.toBe(before);
    expect(await sql(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });
});

describe('the Temporal development server', () => {
  test('It knows our search attributes, also after a kill and a start, and leaves no process behind.', async () => {
    const temporal = await startTemporal({ ignoreTemporalAddress: true });
    try {
      expect(await listSearchAttributes(temporal.address)).toEqual(
        expect.arrayContaining(['ExamCourseId', 'NeedsAttention', 'ReviewDueAt', 'RecordsFailed']),
      );
      await temporal.kill();
      expect(temporal.pid).toBeUndefined();
      await temporal.start();
      expect(await listSearchAttributes(temporal.address)).toHaveLength(Object.keys(SEARCH_ATTRIBUTES).length);
    } finally {
      const pid = pidOf(temporal);
      await temporal.dispose();
      expect(isRunning(pid)).toBe(false);
    }
  });
});

describe('the guard of a development stack', () => {
  test('When the process that started Postgres is killed, Postgres ends as well.', async () => {
    const program = `require('./dev/embedded/postgres.ts').startPostgres({ ignoreDatabaseUrl: true })
      .then((postgres) => { console.log(postgres.pid); setInterval(() => undefined, 1_000); });`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', program], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await waitUntil(() => !isRunning(pid), { what: 'Postgres to end after its parent', timeoutMs: 20_000 });
  });
});
