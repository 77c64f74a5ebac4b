import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signDevToken } from '../../config/dev-key';
import { ApiClient } from '../../dev/api-client';
import { BenchClient } from '../attempts/client';

const SCOPES = 'exams:write learners:write attempts:read attempts:write exports:read exports:write';
/** Hundredths of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

interface Addresses {
  urls: { api: string; simulator: string };
  devKeyFile: string;
}

/** One checkout's running stack. */
export interface RunningCheckout {
  api: ApiClient;
  simulator: string;
  /** For the attempts, which are many. */
  client: BenchClient;
  /** CPU milliseconds used so far by everything that was started for it. */
  cpuMs: () => number;
  stop: () => Promise<void>;
}

/** @throws when the stack does not come up. */
export async function startCheckout(folder: string): Promise<RunningCheckout> {
  const child = fork(join(__dirname, 'stack-process.ts'), [folder], { cwd: folder, execArgv: ['--import', 'tsx'] });
  const { urls, devKeyFile } = await addressesFrom(child);
  const token = await signDevToken(devKeyFile, { sub: 'bench', scope: SCOPES, expiresIn: '8h' });
  const client = new BenchClient(token);
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await Promise.all([ended, client.close()]);
  };
  const api = new ApiClient(urls.api, token);
  return { api, simulator: urls.simulator, client, cpuMs: () => treeMs(child.pid ?? 0), stop };
}

function addressesFrom(child: ChildProcess): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Addresses));
    child.once('exit', (code) => reject(new Error(`The stack did not start (exit code ${String(code)}).`)));
  });
}

/** A process with all below it, those that have ended included. */
function treeMs(root: number): number {
  const processes = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(statOf),
  );
  let total = 0;
  for (const [pid, { ticks }] of processes) if (isBelow(pid, root, processes)) total += ticks;
  return total * MS_PER_TICK;
}

interface ProcessStat {
  parent: number;
  ticks: number;
}

function isBelow(pid: number, root: number, processes: ReadonlyMap<number, ProcessStat>): boolean {
  for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === root) return true;
  return false;
}

/** Nothing for a process that has ended meanwhile. */
function statOf(name: string): [number, ProcessStat][] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = [11, 12, 13, 14].reduce((sum, position) => sum + (fields[position] ?? 0), 0);
    return [[Number(name), { parent: fields[1] ?? 0, ticks }]];
  } catch {
    return [];
  }
}
