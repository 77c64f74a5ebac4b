import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type ChildOptions } from '../../../dev/children';
import { freePort } from '../../../dev/ports';
import { simulatorChild } from '../../../dev/stack-children';
import { Supervisor } from '../../../dev/supervisor';
import { waitUntil } from '../../../dev/wait-until';

jest.setTimeout(60_000);

const STAYS = 'console.log("here"); setInterval(() => undefined, 1_000)';

let folder: string;
const children: Child[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-children-'));
});

afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  rmSync(folder, { recursive: true });
});

/** A Node process of the test's own; ready as soon as it has printed something. */
function child(name: string, program: string, more: Partial<ChildOptions> = {}): Child {
  const logFile = join(folder, `${name}.log`);
  const ready = async (): Promise<boolean> => readFileSync(logFile, 'utf8').includes('here');
  const made = new Child({ name, command: process.execPath, args: ['-e', program], logFile, ready, ...more });
  children.push(made);
  return made;
}

async function answeringToAnything(): Promise<Server> {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('A child', () => {
  it('is not ready because another server answers at its address', async () => {
    const other = await answeringToAnything();
    const { port } = other.address() as AddressInfo;
    const context = { logDir: folder, onUnexpectedExit: () => undefined };
    const simulator = simulatorChild(port, await freePort(), context);
    children.push(simulator);
    await expect(simulator.start()).rejects.toThrow(/simulator ended before it was ready \(1\)[^]*EADDRINUSE/);
    other.close();
  });

  it('that cannot start says what it printed this time, not what it printed before', async () => {
    writeFileSync(join(folder, 'reason.log'), 'printed by an earlier run\n');
    const failing = child('reason', 'console.error("DATABASE_URL is not set"); process.exit(1)');
    const error = await failing.start().then(
      () => '',
      (reason: Error) => reason.message,
    );
    expect(error).toContain('DATABASE_URL is not set');
    expect(error).not.toContain('earlier run');
  });

  it('is stopped when starting is called off, and is not started any more', async () => {
    const cancel = new AbortController();
    const late = child('late', STAYS, { ready: async () => false, signal: cancel.signal });
    const starting = late.start();
    await waitUntil(() => late.running, { what: 'the child to run', timeoutMs: 10_000 });
    cancel.abort();
    await expect(starting).rejects.toThrow('late was stopped before it was ready.');
    expect(late.running).toBe(false);
    await expect(late.start()).rejects.toThrow(/aborted/);
  });
});

describe('A supervisor', () => {
  it('starts again what ends by itself, but not what was stopped', async () => {
    const lines: string[] = [];
    const { onUnexpectedExit } = new Supervisor((line) => lines.push(line));
    const part = child('part', STAYS, { onUnexpectedExit });
    await part.start();
    const { pid } = part;
    process.kill(pid as number, 'SIGKILL');
    await waitUntil(() => lines.includes('part is up again.'), { what: 'the restart', timeoutMs: 20_000 });
    expect(lines[0]).toMatch(/^part ended unexpectedly \(SIGKILL\), see .*part\.log\. Starting it again\.$/);
    expect(part.pid).not.toBe(pid);
    await part.stop();
    expect(lines).toHaveLength(2);
    expect(part.running).toBe(false);
  });

  it('gives up on what ends again and again', async () => {
    const supervisor = new Supervisor(() => undefined);
    const { onUnexpectedExit } = supervisor;
    const part = child('restless', 'console.log("here"); setTimeout(() => process.exit(3), 500)', { onUnexpectedExit });
    await part.start();
    expect(await supervisor.givenUp).toMatch(/^restless ended unexpectedly \(3\), .* 3 times within a minute\.$/);
    expect(part.running).toBe(false);
  });

  it('leaves alone what ends while everything is being stopped', async () => {
    const lines: string[] = [];
    const supervisor = new Supervisor((line) => lines.push(line));
    const part = child('over', STAYS, { onUnexpectedExit: supervisor.onUnexpectedExit });
    await part.start();
    supervisor.end();
    process.kill(part.pid as number, 'SIGKILL');
    await waitUntil(() => !part.running, { what: 'the child to end', timeoutMs: 10_000 });
    expect(lines).toEqual([]);
  });
});
