import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardPid } from './guard';
import { waitUntil } from './wait-until';

/** Who holds a data folder. `links` is empty while it is starting. */
export interface Running {
  pid: number;
  /** Outlives a killed `pid` while it stops that one's children. */
  guardPid: number;
  startedAt: string;
  links: Record<string, string>;
}

/** The note in a data folder that says which process runs on it: two of them would damage its databases. */
export class RunningFile {
  private readonly file: string;
  private readonly startedAt = new Date().toISOString();

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.file = join(dataDir, 'running.json');
  }

  /** Acquires the folder. @returns the process that holds it already, if any; a note left by a dead process is ignored. */
  async acquire(): Promise<Running | undefined> {
    for (;;) {
      try {
        this.write({}, 'wx');
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = this.read();
      if (other && isOurs(other.pid, 'start.ts')) return other;
      if (other) await guardEnded(other.guardPid);
      rmSync(this.file, { force: true });
    }
  }

  /** Completes the note when everything is up. */
  ready(links: Record<string, string>): void {
    this.write(links, 'w');
  }

  release(): void {
    if (this.read()?.pid === process.pid) rmSync(this.file, { force: true });
  }

  private write(links: Record<string, string>, flag: 'w' | 'wx'): void {
    const note: Running = { pid: process.pid, guardPid: guardPid(), startedAt: this.startedAt, links };
    writeFileSync(this.file, `${JSON.stringify(note, null, 2)}\n`, { flag });
  }

  private read(): Running | undefined {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Running;
    } catch {
      return undefined;
    }
  }
}

/** A stack killed a moment ago may still be shutting its databases down. */
async function guardEnded(pid: number): Promise<void> {
  await waitUntil(() => !isOurs(pid, 'guard-process.mjs'), { what: 'the last run to end', timeoutMs: 20_000 });
}

/** Alive and, where the system tells, really running that file: process numbers are used again. */
function isOurs(pid: number, file: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes(file);
}
