import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GoldenCase, GoldenFile } from '../golden/cases';
import { loadEnterprise, loadGolden } from '../golden/load';
import { loadRecorded } from '../golden/qualification/load-recorded';
import { isTraceFile } from '../golden/traces';
import { mulberry32 } from '../support/random';
import { isChannelFile } from './channels/run-channel-file';
import { exportsOf, isExportFile, type RecordedExport } from './exports/export-files';
import {
  isTransmissionFile,
  type RecordedLookup,
  type RecordedSequence,
  transmissionsOf,
} from './exports/transmission-files';
import {
  addQualification,
  isQualificationFile,
  noQualification,
  type QualificationRecordings,
} from './qualification/qualification-files';
import { type RecordedTrace, tracesOf } from './traces/trace-conformance';

/** What a run without arguments is about. */
const DEFAULT_FILES = ['seed_variants', 'transitions', 'cascades', 'removals', 'reviews'];

/** A recorded case with where it comes from. */
export interface Recorded {
  fileName: string;
  index: number;
  file: GoldenFile;
  one: GoldenCase;
}

export interface Recordings {
  cases: Recorded[];
  traces: RecordedTrace[];
  exports: RecordedExport[];
  sequences: RecordedSequence[];
  lookups: RecordedLookup[];
  qualification: QualificationRecordings;
  /** Paths of files of channel payloads, which need no running stack. */
  channelFiles: string[];
}

/** What the files named hold (by path, or a kept recording by name), told by their shape; without any, the kept ones. */
export function readRecordings(files: readonly string[]): Recordings {
  const qualification = noQualification();
  const read: Recordings = {
    cases: [],
    traces: [],
    exports: [],
    sequences: [],
    lookups: [],
    qualification,
    channelFiles: [],
  };
  for (const path of files.length > 0 ? files : DEFAULT_FILES) {
    const fileName = basename(path).replace(/\.json(\.gz)?$/, '');
    const file: unknown = fileName === path ? kept(fileName) : fileAt(path);
    if (isQualificationFile(file)) addQualification(qualification, fileName, file);
    else if (isTraceFile(file)) read.traces.push(...tracesOf(fileName, file));
    else if (isExportFile(file)) read.exports.push(...exportsOf(fileName, file));
    else if (isTransmissionFile(file)) addTransmissions(read, transmissionsOf(fileName, file));
    else if (isChannelFile(file)) read.channelFiles.push(path);
    else read.cases.push(...casesOf(fileName, file));
  }
  return read;
}

/** @throws on a file that holds neither traces nor cases. */
function casesOf(fileName: string, file: unknown): Recorded[] {
  const { cases, kinds, now } = (file ?? {}) as Partial<GoldenFile>;
  if (!Array.isArray(cases) || kinds === undefined || now === undefined) {
    throw new Error(`${fileName} is no recording: it has no cases, kinds and now.`);
  }
  return cases.map((one, index) => ({ fileName, index, file: file as GoldenFile, one }));
}

function addTransmissions(read: Recordings, { sequences, lookups }: ReturnType<typeof transmissionsOf>): void {
  read.sequences.push(...sequences);
  read.lookups.push(...lookups);
}

/** What is kept of the learner exports' oracle and can be named. */
const KEPT_EXPORTS = ['export_cases', 'assessment_cases', 'transmission_audit'];
/** The same of qualification for final exams. */
const KEPT_QUALIFICATION = ['plugins', 'statuses', 'wizard'] as const;

function kept(name: string): unknown {
  const qualification = KEPT_QUALIFICATION.find((one) => one === name);
  if (qualification !== undefined) return loadRecorded(qualification);
  return KEPT_EXPORTS.includes(name) ? { cases: loadEnterprise(name) } : loadGolden(name);
}

function fileAt(path: string): unknown {
  const content = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  return JSON.parse(text);
}

/** The same choice for the same seed, in recorded order. */
export function sampled<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = mulberry32(seed);
  const keyed = items.map((item, order) => ({ item, order, key: random() }));
  const chosen = keyed.sort((one, other) => one.key - other.key).slice(0, count);
  return chosen.sort((one, other) => one.order - other.order).map(({ item }) => item);
}
