import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import type { ImportKind, ImportLine } from '../../contracts/http/customer-import';
import { importAuditRows } from '../../db/exports/import-audits';
import * as rows from '../../db/exports/import-rows';
import { isDataFault } from '../http/database-failure';

/** Target of an import. */
export interface ImportContext {
  knex: Knex;
  customerId: string;
  keys: SealingKeys | undefined;
  now: Date;
}

interface NumberedRow<K extends ImportKind> {
  line: number;
  row: ImportLine<K>;
}

export interface ImportBatch {
  size: number;
  rows: { [K in ImportKind]: NumberedRow<K>[] };
}

interface ImportFindings {
  accept(kind: ImportKind, count: number): void;
  reject(line: number, detail: string): void;
}

export function emptyBatch(): ImportBatch {
  return { size: 0, rows: { learner: [], enrollment: [], consent: [], clickThrough: [], audit: [] } };
}

/** Stores a batch kind by kind, referenced rows first. Each kind is one statement, unless the database rejects a row. */
export async function storeImportBatch(
  context: ImportContext,
  { rows: batch }: ImportBatch,
  findings: ImportFindings,
): Promise<void> {
  await store(context, 'learner', batch.learner, findings);
  await store(context, 'consent', batch.consent, findings);
  await store(context, 'clickThrough', batch.clickThrough, findings);
  await store(context, 'enrollment', batch.enrollment, findings);
  await store(context, 'audit', batch.audit, findings);
}

/** A batch with a row the database rejects is halved until that row is alone: the other rows are stored. */
async function store<K extends ImportKind>(
  context: ImportContext,
  kind: K,
  lines: NumberedRow<K>[],
  findings: ImportFindings,
): Promise<void> {
  if (lines.length === 0) return;
  try {
    const problemOf = await WRITERS[kind](
      context,
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
    await store(context, kind, lines.slice(0, half), findings);
    await store(context, kind, lines.slice(half), findings);
  }
}

/** Stores rows. @returns a function that gives the reason a row was left out, or null. */
type Writer<K extends ImportKind> = (
  context: ImportContext,
  lines: ImportLine<K>[],
) => Promise<(line: ImportLine<K>) => string | null>;

const noProblem = (): null => null;

const WRITERS: { [K in ImportKind]: Writer<K> } = {
  learner: async ({ knex, customerId }, lines) => {
    await rows.importLearnerRows(knex, customerId, lines);
    return noProblem;
  },
  consent: async ({ knex, customerId }, lines) => {
    await rows.importConsentRows(knex, customerId, lines);
    return noProblem;
  },
  clickThrough: async ({ knex, customerId, keys }, lines) => {
    if (keys === undefined) return () => '/sessionToken: there are no keys to keep it with (CREDENTIAL_KEYS)';
    await rows.importClickThroughRows(knex, customerId, lines, keys);
    return noProblem;
  },
  enrollment: async ({ knex, customerId }, lines) => {
    const missing = await rows.importEnrollmentRows(knex, customerId, lines);
    return ({ userId }) => (missing.has(userId) ? '/userId: is no learner of the customer' : null);
  },
  audit: async ({ knex, customerId, now }, lines) => {
    const missing = await importAuditRows(knex, customerId, lines, now);
    return ({ enrollmentId, channelId }) => {
      if (missing.channelIds.has(channelId)) return '/channelId: is no channel of the customer';
      return missing.enrollmentIds.has(enrollmentId) ? '/enrollmentId: is no enrollment of the customer' : null;
    };
  },
};
