import type { Knex } from 'knex';
import type { ImportKind, ImportLine } from '../../contracts/http/customer-import';
import * as rows from '../../db/exports/import-rows';
import type { SealingKeys } from '../../db/core/sealed';
import { toDecimal } from '../../domain/exports/decimal';
import { isDataFault } from '../http/database-failure';

/** Where an import goes. */
export interface ImportDoor {
  knex: Knex;
  customerId: string;
  keys: SealingKeys | undefined;
  now: Date;
}

type LineOf<K extends ImportKind> = Extract<ImportLine, { kind: K }>;

interface Numbered<K extends ImportKind> {
  line: number;
  row: LineOf<K>;
}

export interface ImportBatch {
  size: number;
  rows: { [K in ImportKind]: Numbered<K>[] };
}

interface Findings {
  accept(kind: ImportKind, count: number): void;
  reject(line: number, detail: string): void;
}

export function emptyBatch(): ImportBatch {
  return { size: 0, rows: { learner: [], enrollment: [], consent: [], clickThrough: [], audit: [] } };
}

/** Stores a batch kind by kind, what others refer to first. Each kind is one statement, unless the database minds a row. */
export async function storeBatch(door: ImportDoor, { rows: batch }: ImportBatch, findings: Findings): Promise<void> {
  await store(door, 'learner', batch.learner, findings);
  await store(door, 'consent', batch.consent, findings);
  await store(door, 'clickThrough', batch.clickThrough, findings);
  await store(door, 'enrollment', batch.enrollment, findings);
  await store(door, 'audit', batch.audit, findings);
}

/** A batch with a row that the database cannot hold is halved until the row stands alone: its neighbours are kept. */
async function store<K extends ImportKind>(
  door: ImportDoor,
  kind: K,
  lines: Numbered<K>[],
  findings: Findings,
): Promise<void> {
  if (lines.length === 0) return;
  try {
    const problemOf = await WRITERS[kind](
      door,
      lines.map(({ row }) => row),
    );
    let accepted = 0;
    for (const { line, row } of lines) {
      const problem = problemOf(row);
      if (problem === null) accepted += 1;
      else findings.reject(line, problem);
    }
    findings.accept(kind, accepted);
  } catch (error) {
    if (!isDataFault(error)) throw error;
    const [first] = lines;
    if (lines.length === 1 && first) return findings.reject(first.line, 'holds a value that cannot be stored');
    const half = Math.ceil(lines.length / 2);
    await store(door, kind, lines.slice(0, half), findings);
    await store(door, kind, lines.slice(half), findings);
  }
}

/** Stores rows. @returns a function that tells why a row was left out, or null. */
type Writer<K extends ImportKind> = (
  door: ImportDoor,
  lines: LineOf<K>[],
) => Promise<(line: LineOf<K>) => string | null>;

const good = (): null => null;

const WRITERS: { [K in ImportKind]: Writer<K> } = {
  learner: async ({ knex, customerId }, lines) => {
    const whole = lines.map(({ kind: _kind, ...line }) => ({
      ...{ username: null, email: null, remoteId: null, active: true, linked: true, userExists: true },
      ...line,
    }));
    await rows.importLearnerRows(knex, customerId, whole);
    return good;
  },
  consent: async ({ knex, customerId }, lines) => {
    await rows.importConsentRows(knex, customerId, lines);
    return good;
  },
  clickThrough: async ({ knex, customerId, keys }, lines) => {
    if (keys === undefined) return () => '/sessionToken: there are no keys to keep it with (CREDENTIAL_KEYS)';
    await rows.importClickThroughRows(knex, customerId, lines, keys);
    return good;
  },
  enrollment: async ({ knex, customerId }, lines) => {
    const whole = lines.map(({ kind: _kind, ...line }) => ({
      ...{ courseKey: null, mode: null, isActive: true },
      ...line,
    }));
    const missing = await rows.importEnrollmentRows(knex, customerId, whole);
    return ({ userId }) => (missing.has(userId) ? '/userId: is no learner of the customer' : null);
  },
  audit: async ({ knex, customerId, now }, lines) => {
    const whole = lines.map(({ kind: _kind, percent = null, ...line }) => ({
      ...{ level: 'completion' as const, subsectionId: null, grade: null, courseCompleted: null, completedAt: null },
      ...{ statusCode: null, errorMessage: '', createdAt: null, percent: toDecimal(percent) },
      ...line,
    }));
    const missing = await rows.importAuditRows(knex, customerId, whole, now);
    return ({ enrollmentId, channelId }) => {
      if (missing.channelIds.has(channelId)) return '/channelId: is no channel of the customer';
      return missing.enrollmentIds.has(enrollmentId) ? '/enrollmentId: is no enrollment of the customer' : null;
    };
  },
};
