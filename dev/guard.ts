import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

let guardProcess: ChildProcess | undefined;

/** From now on the process is stopped when this one dies, even by SIGKILL. */
export function guard(pid: number, signal: NodeJS.Signals): void {
  writeLine(`+ ${pid} ${signal}`);
}

/** The process has ended; its number may belong to somebody else soon. */
export function unguard(pid: number): void {
  writeLine(`- ${pid}`);
}

/** From now on the folder is removed when this process dies. */
export function guardFolder(folder: string): void {
  writeLine(`+folder ${folder}`);
}

/** The folder is gone, or shall stay. */
export function unguardFolder(folder: string): void {
  writeLine(`-folder ${folder}`);
}

/** The guard process itself: while it lives, it may still be stopping what a dead parent left. */
export function guardPid(): number {
  guardProcess ??= startGuard();
  return guardProcess.pid ?? 0;
}

function writeLine(line: string): void {
  guardProcess ??= startGuard();
  guardProcess.stdin?.write(`${line}\n`);
}

function startGuard(): ChildProcess {
  const child = spawn(process.execPath, [join(__dirname, 'guard-process.mjs')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  child.unref();
  const stdin = child.stdin as Socket;
  stdin.unref();
  stdin.on('error', () => undefined);
  return child;
}
