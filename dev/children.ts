import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { INSTANCE_HEADER } from '../config/server-settings';
import { guard, unguard } from './guard';
import { StopWaiting, waitUntil } from './wait-until';

export interface ChildOptions {
  /** As people know it: "API", "worker 2". */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Receives everything the child prints; appended to over restarts. */
  logFile: string;
  /** Whether this child is ready, and not something else that answers at its address. */
  ready: () => Promise<boolean>;
  readyTimeoutMs?: number;
  stopSignal?: NodeJS.Signals;
  /** Time to end by itself after `stopSignal`, then SIGKILL. */
  graceMs?: number;
  user?: { uid: number; gid: number };
  onUnexpectedExit?: OnUnexpectedExit;
  /** Aborted: what is becoming ready is stopped, and nothing starts any more. */
  signal?: AbortSignal | undefined;
}

/** Called with a sentence for people when a child that was ready ends by itself. */
export type OnUnexpectedExit = (message: string, child: Child) => void;

/**
 * One process of the development stack. It runs in its own session, so that Ctrl-C reaches only the parent, which stops
 * its children in order; the guard process ends them when the parent cannot.
 */
export class Child {
  private process: ChildProcess | undefined;
  private expectedUp = false;
  /** Where in the log file the present start begins. */
  private logStart = 0;

  constructor(readonly options: ChildOptions) {}

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.running ? this.process?.pid : undefined;
  }

  get running(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Resolves once the child is ready. @throws with the end of its log when it exits or stays unready; it is ended then. */
  async start(): Promise<void> {
    if (this.running) return;
    this.options.signal?.throwIfAborted();
    const child = await this.spawn();
    try {
      await waitUntil(() => this.checkReady(child), {
        what: `${this.name} to become ready`,
        timeoutMs: this.options.readyTimeoutMs ?? 60_000,
      });
      if (!this.running) throw new Error(`${this.name} ended as soon as it was ready.`);
      this.expectedUp = true;
    } catch (error) {
      await this.stop();
      throw new Error(`${(error as Error).message}\n${this.logTail()}`, { cause: error });
    }
  }

  /** Asks it to end and waits; after the grace period it is killed. */
  async stop(signal: NodeJS.Signals = this.options.stopSignal ?? 'SIGTERM'): Promise<void> {
    const grace = setTimeout(() => this.process?.kill('SIGKILL'), this.options.graceMs ?? 10_000);
    await this.end(signal);
    clearTimeout(grace);
  }

  /** kill -9: nothing in the child gets a chance to tidy up. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private async spawn(): Promise<ChildProcess> {
    const { command, args, env, cwd, logFile, user } = this.options;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    this.logStart = fstatSync(log).size;
    const child = spawn(command, args, { env, cwd, ...user, detached: true, stdio: ['ignore', log, log] });
    this.process = child;
    closeSync(log);
    await once(child, 'spawn');
    const pid = child.pid as number;
    guard(pid, this.options.stopSignal ?? 'SIGTERM');
    child.once('exit', (code, signal) => {
      unguard(pid);
      if (!this.expectedUp) return;
      this.expectedUp = false;
      this.options.onUnexpectedExit?.(`${this.name} ended unexpectedly (${signal ?? code}), see ${logFile}.`, this);
    });
    return child;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.expectedUp = false;
    const child = this.process;
    if (!child || !this.running) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  private async checkReady(child: ChildProcess): Promise<boolean> {
    if (this.options.signal?.aborted) throw new StopWaiting(`${this.name} was stopped before it was ready.`);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new StopWaiting(`${this.name} ended before it was ready (${child.signalCode ?? child.exitCode}).`);
    }
    return this.options.ready();
  }

  /** What it printed since this start: the reason is there. */
  private logTail(): string {
    const lines = readFileSync(this.options.logFile).subarray(this.logStart).toString('utf8').trimEnd().split('\n');
    return `Last lines of ${this.options.logFile}:\n${lines.slice(-30).join('\n')}`;
  }
}

/** True when the address answers 2xx within a second; with `instance`, only when that very process does. */
export async function answersOk(url: string, instance?: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
  await response.body?.cancel();
  const isMeant = instance === undefined || response.headers.get(INSTANCE_HEADER) === instance;
  return response.ok && isMeant;
}
