import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who holds a data folder. `links` is empty while it is starting. */
export interface Running {
  pid: number;
  startedAt: string;
  links: Record<string, string>;
}

/** The note in a data folder that says which process runs on it: two of them would damage its databases. */
export class RunningFile {
  private readonly file: string;

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.file = join(dataDir, 'running.json');
  }

  /** Takes the folder. @returns the process that has it when it is taken; a note left by a dead process does not count. */
  claim(): Running | undefined {
    for (;;) {
      try {
        this.write({}, 'wx');
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = this.read();
      if (other && isStackProcess(other.pid)) return other;
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
    const note: Running = { pid: process.pid, startedAt: new Date().toISOString(), links };
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

/** Alive and, where the system tells, really one of ours: process numbers are used again. */
function isStackProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('start.ts');
}
