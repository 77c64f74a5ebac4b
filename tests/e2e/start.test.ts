import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../dev/stack-children';
import { waitUntil } from '../../dev/wait-until';

jest.setTimeout(240_000);

const READY_MS = 120_000;
const PROVIDERS = [
  { name: 'acme', title: 'Acme Proctoring', supportsOnboarding: true, protocol: 'rest', ruleSet: 'current' },
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-start-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` as people use it, with servers of its own. */
class Start {
  private text = '';
  private readonly process: ChildProcess;

  constructor(env: Record<string, string> = {}) {
    const { DATABASE_URL: _1, TEMPORAL_ADDRESS: _2, ...inherited } = process.env;
    this.process = spawn(process.execPath, ['--import', 'tsx', 'dev/start.ts', '--data-dir', folder], {
      cwd: ROOT,
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
  }

  get output(): string {
    return this.text;
  }

  async says(words: string): Promise<void> {
    const said = (): boolean => this.text.includes(words) || this.process.exitCode !== null;
    await waitUntil(said, { what: `"${words}"`, timeoutMs: READY_MS });
    expect(this.text).toContain(words);
  }

  /** @returns the exit code */
  async interrupt(): Promise<number> {
    const exited = once(this.process, 'exit') as Promise<[number]>;
    this.process.kill('SIGINT');
    return (await exited)[0];
  }
}

/** Of the worker, which says it with each line of its log. */
function workerPid(): number {
  const lines = readFileSync(join(folder, 'logs/worker-1.log'), 'utf8').trimEnd().split('\n');
  return (JSON.parse(lines.at(-1) ?? '') as { pid: number }).pid;
}

function ports(): string {
  return readFileSync(join(folder, 'ports.json'), 'utf8');
}

describe('npm start', () => {
  test('Ctrl-C while it starts starts nothing more and ends in order.', async () => {
    const start = new Start();
    await start.says('Postgres: starting');
    expect(await start.interrupt()).toBe(0);
    expect(start.output).toMatch(/SIGINT: stopping, before everything was up\nStopped\.\n$/);
    expect(start.output).not.toContain('API: starting');
  });

  test('It has the providers it is given, says where all is, and starts again what was killed.', async () => {
    const start = new Start({ INVIGIL_PROVIDERS: JSON.stringify(PROVIDERS) });
    await start.says('Ctrl-C stops everything.');
    expect(start.output).toMatch(/acme +Acme Proctoring, rest protocol, rule set current, without an address/);
    expect(start.output).toMatch(/export INVIGIL_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    process.kill(workerPid(), 'SIGKILL');
    await start.says('worker-1 ended unexpectedly (SIGKILL)');
    await start.says('worker-1 is up again.');
    expect(await start.interrupt()).toBe(0);
    expect(start.output).toMatch(/SIGINT: stopping\nStopped\.\n$/);
  });

  test('Started again on the same data, it is where it was, with two providers that are played here.', async () => {
    const before = ports();
    const start = new Start({ INVIGIL_PROVIDERS: '' });
    await start.says('Ctrl-C stops everything.');
    expect(JSON.parse(ports())).toEqual({ ...JSON.parse(before), smtp: expect.any(Number) });
    expect(start.output).toMatch(/software_secure +RPNow, .* rule set classic, http.*\/providers\/software_secure/);
    expect(start.output).toMatch(/rest +Rest Proctor, rest protocol, rule set current, http.*\/providers\/rest/);
    expect(await start.interrupt()).toBe(0);
  });

  test('What is set wrongly is said as one list.', async () => {
    const start = new Start({ INVIGIL_PROVIDERS: '[{"name":"acme"}]', LOG_LEVEL: 'loud' });
    await start.says('See docs/operations.md, "Configuration".');
    expect(start.output).toMatch(
      /Invigil did not start: The configuration is not usable:\n {2}- INVIGIL_PROVIDERS.*\n {2}- LOG_LEVEL/,
    );
  });
});
