import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GoldenFile } from './cases';

/**
 * A recorded file of the proctoring oracle by its name without extension. With GOLDEN_DIR set, plain `.json` files from
 * there (or its `proctoring/`) win, so that a fresh recording can be held against the code without packing it.
 */
export function loadGolden(name: string): GoldenFile {
  return load('proctoring', name) as GoldenFile;
}

/** The cases of a recorded file of the learner exports' oracle, found in the same way. */
export function loadEnterprise<Case>(name: string): Case[] {
  return (load('enterprise', name) as { cases: Case[] }).cases;
}

function load(oracle: string, name: string): unknown {
  const directory = process.env['GOLDEN_DIR'];
  if (directory === undefined || directory === '') return JSON.parse(packed(oracle, name));
  const candidates = [join(directory, oracle, `${name}.json`), join(directory, `${name}.json`)];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`no ${name}.json in GOLDEN_DIR (${directory})`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

function packed(oracle: string, name: string): string {
  return gunzipSync(readFileSync(join(__dirname, oracle, `${name}.json.gz`))).toString('utf8');
}
