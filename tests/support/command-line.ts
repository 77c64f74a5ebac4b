import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** `invigil` as operators run it: a process of its own, from its sources. */
export class CommandLine {
  out = '';
  err = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
  }

  static start(...args: string[]): CommandLine {
    return CommandLine.startWith({}, ...args);
  }

  /** With variables over those of this process. */
  static startWith(env: Record<string, string>, ...args: string[]): CommandLine {
    const command = ['--import', 'tsx', join(ROOT, 'cli', 'main.ts'), ...args];
    const options = { cwd: ROOT, env: { ...process.env, ...env } };
    return new CommandLine(spawn(process.execPath, command, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  /** What it reads from standard input. */
  feed(text: string): this {
    this.child.stdin?.end(text);
    return this;
  }

  async code(): Promise<number | null> {
    const [code] = (await once(this.child, 'close')) as [number | null];
    return code;
  }
}
