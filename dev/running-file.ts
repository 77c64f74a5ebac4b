import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning, readRunning, type Running, runningFileOf, type StackAddresses } from '../config/running-file';
import { guardPid } from './guard';
import { waitUntil } from './wait-until';

/** The note in a data folder that says which process runs on it: two of them would damage its databases. */
export class RunningFile {
  private readonly file: string;
  private readonly startedAt = new Date().toISOString();

  constructor(private readonly dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.file = runningFileOf(dataDir);
  }

  /** Acquires the folder. @returns the process that holds it already, if any; a note left by a dead process is ignored. */
  async acquire(): Promise<Running | undefined> {
    for (;;) {
      try {
        this.write('new', {});
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = readRunning(this.dataDir);
      if (other && isRunning(other.pid, 'start.ts')) return other;
      if (other) await guardEnded(other.guardPid);
      rmSync(this.file, { force: true });
    }
  }

  /** Completes the note when everything is up: links for people, addresses for commands. */
  ready(links: Record<string, string>, addresses: StackAddresses): void {
    this.write('over', links, addresses);
  }

  release(): void {
    if (readRunning(this.dataDir)?.pid === process.pid) rmSync(this.file, { force: true });
  }

  /** Nobody ever reads half a note. @throws EEXIST for `new` when there is a note already. */
  private write(how: 'new' | 'over', links: Record<string, string>, addresses?: StackAddresses): void {
    const { pid } = process;
    const note: Running = {
      pid,
      guardPid: guardPid(),
      startedAt: this.startedAt,
      links,
      ...(addresses && { addresses }),
    };
    const unfinished = `${this.file}.${pid}`;
    writeFileSync(unfinished, `${JSON.stringify(note, null, 2)}\n`);
    try {
      if (how === 'new') linkSync(unfinished, this.file);
      else renameSync(unfinished, this.file);
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}

/** A stack killed a moment ago may still be shutting its databases down. */
async function guardEnded(pid: number): Promise<void> {
  await waitUntil(() => !isRunning(pid, 'guard-process.mjs'), { what: 'the last run to end', timeoutMs: 20_000 });
}
