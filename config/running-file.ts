import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the parts of a running development stack are; `temporal` is host:port, `devKeyFile` a path, the others URLs. */
export interface StackAddresses {
  api: string;
  /** Null while the stack has no console. */
  console: string | null;
  temporal: string;
  temporalUi: string;
  simulator: string;
  workerHealth: string;
  devKeyFile: string;
}

/** Who holds a data folder. `links` is empty and `addresses` absent while it is starting. */
export interface Running {
  pid: number;
  /** Outlives a killed `pid` while it stops that one's children. */
  guardPid: number;
  startedAt: string;
  links: Record<string, string>;
  addresses?: StackAddresses;
}

/** The folder whose stack is meant: the one given, else INVIGIL_DATA_DIR, else `.invigil` of the current folder. */
export function dataDirOf(given: string | undefined, env: Record<string, string | undefined> = process.env): string {
  return given ?? (env['INVIGIL_DATA_DIR'] || '.invigil');
}

export function runningFileOf(dataDir: string): string {
  return join(dataDir, 'running.json');
}

/** The note in a data folder, whoever left it. Undefined when there is none, or it cannot be understood. */
export function readRunning(dataDir: string): Running | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(runningFileOf(dataDir), 'utf8'));
    const isNote = typeof note === 'object' && note !== null && 'pid' in note && typeof note.pid === 'number';
    return isNote ? (note as Running) : undefined;
  } catch {
    return undefined;
  }
}

/** Where the stack of a data folder is; undefined when it is not up: a note left by a dead process is ignored. */
export function runningAddresses(dataDir: string): StackAddresses | undefined {
  const running = readRunning(dataDir);
  return running && isRunning(running.pid, 'start.ts') ? running.addresses : undefined;
}

/** Whether the process is alive and, where the system tells, really runs that file: process numbers are used again. */
export function isRunning(pid: number, file: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes(file);
}
