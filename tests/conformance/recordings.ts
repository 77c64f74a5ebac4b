import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GoldenCase, GoldenFile } from '../golden/cases';
import { loadGolden } from '../golden/load';

/** What a run without arguments is about. */
const DEFAULT_FILES = ['seed_variants', 'transitions', 'cascades', 'removals'];

/** A recorded case with where it comes from. */
export interface Recorded {
  fileName: string;
  index: number;
  file: GoldenFile;
  one: GoldenCase;
}

/** All cases of the files named (by path, or a kept recording by name); without any, of the four kept ones. */
export function readRecordings(files: readonly string[]): Recorded[] {
  return (files.length > 0 ? files : DEFAULT_FILES).flatMap((path) => {
    const fileName = basename(path).replace(/\.json(\.gz)?$/, '');
    const file = fileName === path ? loadGolden(fileName) : fileAt(path);
    return file.cases.map((one, index) => ({ fileName, index, file, one }));
  });
}

function fileAt(path: string): GoldenFile {
  const content = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  return JSON.parse(text) as GoldenFile;
}

/** The same choice for the same seed, in recorded order. */
export function sampled<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = mulberry32(seed);
  const keyed = items.map((item, order) => ({ item, order, key: random() }));
  const chosen = keyed.sort((one, other) => one.key - other.key).slice(0, count);
  return chosen.sort((one, other) => one.order - other.order).map(({ item }) => item);
}

/** A small, well spread generator of numbers from 0 to 1 (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
