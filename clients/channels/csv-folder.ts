import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, mkdir, open, readdir, rename } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';

const PART = /^part-[0-9a-f]{16}\.csv$/;

/** The folder a CSV channel fills: parts that appear whole or not at all, each beside a manifest with its count and hash. */
export class CsvFolder {
  /** Keys of all parts seen, hashed: what was written once is not written again. */
  private readonly keys = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(private readonly folder: string) {}

  /** Below the root, wherever the name points. Null for names that lead outside. */
  static below(root: string, name: string): CsvFolder | null {
    const base = resolve(root);
    const folder = resolve(base, name);
    return folder.startsWith(base + sep) ? new CsvFolder(folder) : null;
  }

  async writable(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await access(this.folder, constants.W_OK);
  }

  /** Reads the parts that others wrote since. Their first column is the key. */
  async refresh(): Promise<void> {
    await this.writable();
    for (const name of await readdir(this.folder)) {
      if (!PART.test(name) || this.seen.has(name)) continue;
      for await (const text of createInterface({ input: createReadStream(join(this.folder, name)) })) {
        this.keys.add(text.slice(0, text.indexOf(',')));
      }
      this.seen.add(name);
    }
  }

  has(key: string): boolean {
    return this.keys.has(keyCell(key));
  }

  /** The part is on disk under its own name, with its manifest, when this returns. */
  async write(keys: readonly string[], content: string): Promise<void> {
    const name = `part-${sha256(keys.join('\n')).slice(0, 16)}`;
    await this.writeAtomically(`${name}.csv`, content);
    const manifest = { file: `${name}.csv`, records: keys.length, sha256: sha256(content) };
    await this.writeAtomically(`${name}.json`, `${JSON.stringify(manifest)}\n`);
    for (const key of keys) this.keys.add(keyCell(key));
    this.seen.add(`${name}.csv`);
  }

  private async writeAtomically(name: string, content: string): Promise<void> {
    const draft = join(this.folder, `.${name}.${process.pid}.tmp`);
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(this.folder, name));
  }
}

/** Keys as they stand in the first column: of one length and without commas. */
export function keyCell(key: string): string {
  return sha256(key).slice(0, 32);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
